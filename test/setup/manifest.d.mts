export function readRawManifest(): unknown;
export function readManifestTexts(): Readonly<Record<string, string>>;
export function readManifest(): unknown;
