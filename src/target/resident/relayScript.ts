/**
 * What runs on the target between two traces, in the language that OVN itself brings along there: it passes bytes between its standard
 * streams and OVN's sockets, and starts `ovn-trace --detach` in a private folder. It knows nothing of what it passes on.
 *
 * - To it come lines, `ID JSON`; from it frames, `ID LENGTH` in a line and so many bytes. 0 is for orders and what becomes of them,
 *   another number is the connection that the client has given it.
 * - A shell in a session of its own waits for the end of this program, however it comes: the kernel closes its pipe. It ends the daemons
 *   by their pid files and removes the folder. A second time after a second, for one that had not written its file yet.
 * - It ends with its standard input, and when nothing has come for so long that the client must be gone: a dead network closes nothing.
 *
 * Arguments: the mark to begin with, and the seconds of silence after which it ends.
 */
export const relayScript = `
import json, os, select, socket, ssl, subprocess, sys, tempfile

mark, silence = sys.argv[1], float(sys.argv[2])
folder = tempfile.mkdtemp(prefix='ovn-packet-trace-')
heirs = '''
read -r line
for try in 1 2; do
  for file in "$1"/*.pid; do
    read -r pid < "$file" && kill -9 "$pid"
  done
  sleep 1
done
rm -rf "$1"
'''
gone, alive = os.pipe()
os.set_inheritable(alive, False)
subprocess.Popen(['sh', '-c', heirs, 'sh', folder], stdin=gone, stdout=subprocess.DEVNULL,
                 stderr=subprocess.DEVNULL, start_new_session=True)
os.close(gone)

links, starting = {}, {}

def put(number, data):
    view = memoryview(b'%d %d\\n' % (number, len(data)) + data)
    while view:
        view = view[os.write(1, view):]

def tell(**what):
    put(0, json.dumps(what).encode())

def reach(to):
    if to['type'] == 'unix':
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.connect(to['path'])
        return link
    link = socket.create_connection((to['host'], to['port']), 10)
    link.settimeout(None)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if to['type'] == 'ssl':
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(to['caCertificate'])
        context.load_cert_chain(to['certificate'], to['privateKey'], '')
        link = context.wrap_socket(link)
    return link

def number_in(path, name=''):
    try:
        for line in open(path):
            if line.startswith(name):
                return int(line[len(name):].split()[0])
    except (OSError, ValueError):
        pass
    return None

def spare_memory():
    free = number_in('/proc/meminfo', 'MemAvailable:')
    spare = [os.sysconf('SC_AVPHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') if free is None else free * 1024]
    for most, used in (('memory.max', 'memory.current'),
                       ('memory/memory.limit_in_bytes', 'memory/memory.usage_in_bytes')):
        most, used = number_in('/sys/fs/cgroup/' + most), number_in('/sys/fs/cgroup/' + used)
        if most is not None and used is not None:
            spare.append(most - used)
    return min(spare)

def memory_of(pid):
    return (number_in('/proc/%d/status' % pid, 'VmRSS:') or 0) * 1024

class Daemon:
    def __init__(self, number, argv):
        self.number, self.said = number, b''
        self.path = os.path.join(folder, str(number))
        words = [word for part in argv for word in ([part] if isinstance(part, str) else [part[0]] * part[1])]
        own = ['--detach', '--no-chdir', '--pidfile=' + self.path + '.pid', '--unixctl=' + self.path + '.ctl']
        self.child = subprocess.Popen(words[:1] + own + words[1:], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.pipe = self.child.stdout.fileno()

    def read(self):
        data = os.read(self.pipe, 65536)
        if data:
            self.said = (self.said + data)[:1 << 22]
            return
        del starting[self.pipe]
        self.child.stdout.close()
        status = self.child.wait()
        said = self.said.decode('utf-8', 'replace')
        if status != 0:
            end_daemon(self.number)
            return tell(id=self.number, failed=said or 'ended with status %d' % status)
        try:
            pid = int(open(self.path + '.pid').read())
            links[self.number] = reach({'type': 'unix', 'path': self.path + '.ctl'})
            tell(id=self.number, open=True, said=said, memory=memory_of(pid), spare=spare_memory())
        except Exception as error:
            tell(id=self.number, failed=said + str(error))

def end_daemon(number):
    for daemon in list(starting.values()):
        if daemon.number == number:
            daemon.child.kill()
    path = os.path.join(folder, '%d.pid' % number)
    try:
        os.kill(int(open(path).read()), 9)
        os.unlink(path)
    except (OSError, ValueError):
        pass

def obey(order):
    number = order.get('id')
    try:
        if order.get('do') == 'connect':
            links[number] = reach(order['to'])
            tell(id=number, open=True)
        elif order.get('do') == 'start':
            daemon = Daemon(number, order['argv'])
            starting[daemon.pipe] = daemon
        elif order.get('do') == 'close':
            link = links.pop(number, None)
            if link:
                link.close()
            end_daemon(number)
    except Exception as error:
        tell(id=number, failed=str(error))

def lost(number):
    links.pop(number).close()
    end_daemon(number)
    tell(id=number, closed=True)

os.write(1, mark.encode())
tell(spare=spare_memory(),
     environment={name: os.environ[name] for name in ('OVN_NB_DB', 'OVN_SB_DB', 'OVN_RUNDIR') if name in os.environ})
got = b''
try:
    while True:
        numbers = {link.fileno(): number for number, link in links.items()}
        ready = select.select([0] + list(numbers) + list(starting), [], [], silence)[0]
        if not ready:
            break
        if 0 in ready:
            data = os.read(0, 65536)
            if not data:
                break
            lines = (got + data).split(b'\\n')
            got = lines.pop()
            for line in lines:
                number, data = line.split(b' ', 1)
                number = int(number)
                if number == 0:
                    obey(json.loads(data.decode()))
                elif number in links:
                    try:
                        links[number].sendall(data)
                    except OSError:
                        lost(number)
        for fd in ready:
            if fd in starting:
                starting[fd].read()
            elif numbers.get(fd) in links:
                number = numbers[fd]
                try:
                    data = links[number].recv(65536)
                    while data and getattr(links[number], 'pending', int)():
                        data += links[number].recv(65536)
                except OSError:
                    data = b''
                if data:
                    put(number, data)
                else:
                    lost(number)
except (BrokenPipeError, KeyboardInterrupt):
    pass
finally:
    for daemon in starting.values():
        daemon.child.kill()
`;
