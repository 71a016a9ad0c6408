// Mocha's command line wants a module that is the reporter.
module.exports = require('../support/reporter').SuiteReporter;
