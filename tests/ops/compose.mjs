/** What docker-compose.yml promises beyond its schema, as a list of faults. */

const SECRET = /PASS|SECRET|TOKEN|_KEY/;
/** Vetrina lets open requests finish for 30 seconds. */
const DRAIN_SECS = 30;

const services = (file) => Object.entries(file.services);
const list = (value) => (value === undefined ? [] : [].concat(value));
const seconds = (span) => Number.parseInt(span, 10) * { s: 1, m: 60, h: 3600 }[span.at(-1)];

/** Everything wrong with a parsed compose file; `known` holds what only other files tell. */
export function faults(file, known) {
  const found = [];
  for (const [name, service] of services(file)) {
    const say = (fault) => found.push(`${name}: ${fault}`);
    hardened(service, say);
    bounded(service, say);
    watched(service, say);
    quiet(service, file, known, say);
    connected(name, service, file, say);
  }
  return [...found, ...proxied(file), ...stored(file), ...interpolated(file, known)];
}

function hardened(service, say) {
  if (service.read_only !== true) say("its root can be written");
  if (!list(service.cap_drop).includes("ALL")) say("it keeps capabilities");
  if (list(service.cap_add).some((cap) => cap !== "NET_BIND_SERVICE")) say("it is given capabilities");
  if (!list(service.security_opt).includes("no-new-privileges:true")) say("it may gain privileges");
  if (service.privileged || service.network_mode === "host" || service.pid === "host") say("it shares the host");
  // The image of Vetrina has a user of its own.
  const isOurs = service.image.startsWith("vetrina:");
  const isProxy = list(service.cap_add).includes("NET_BIND_SERVICE");
  if (!isOurs && !isProxy && !/^[1-9]\d*:[1-9]\d*$/.test(service.user ?? "")) say("it runs as root");
  if (!/:v?\d+\.\d+(\.\d+)?(-[a-z.0-9]+)?$/.test(service.image)) say(`${service.image} is not pinned`);
}

function bounded(service, say) {
  const { cpus, memory, pids } = service.deploy?.resources?.limits ?? {};
  if (!cpus || !memory || !pids) say("processor, memory or processes have no bound");
  const { "max-size": size, "max-file": files } = service.logging?.options ?? {};
  if (!size || !files) say("its log has no bound");
  if (service.restart !== "unless-stopped") say("it does not come back");
}

function watched(service, say) {
  const { test, interval, timeout, retries } = service.healthcheck ?? {};
  if (!test || !interval || !timeout || !retries) say("nothing looks after its health");
  else if (test[0] !== "CMD") say("its health check goes through a shell");
  const isServer = service.image.startsWith("vetrina:") && !service.entrypoint;
  if (isServer && seconds(service.stop_grace_period ?? "10s") <= DRAIN_SECS) say("it is killed while requests finish");
}

/** No secret stands in the file, and each one that is named exists. */
function quiet(service, file, known, say) {
  const given = list(service.secrets).map((secret) => secret.source ?? secret);
  for (const secret of given) {
    if (!file.secrets?.[secret]) say(`there is no secret ${secret}`);
  }
  for (const [key, value] of Object.entries(service.environment ?? {})) {
    if (/:\/\/[^/]*:[^/]*@/.test(String(value))) say(`${key} holds a password`);
    if (!SECRET.test(key)) continue;
    if (!key.endsWith("_FILE")) say(`${key} is a secret outside a file`);
    else if (!given.some((secret) => value === `/run/secrets/${secret}`)) say(`${key} names no secret of its own`);
  }
  const { secrets = [] } = known;
  const files = [
    ...given.map((secret) => file.secrets?.[secret]?.file),
    ...list(service.env_file).filter((entry) => entry.required !== false).map((entry) => entry.path ?? entry),
  ];
  for (const path of files.filter(Boolean)) {
    if (!secrets.includes(path)) say(`nothing writes ${path}`);
  }
}

function connected(name, service, file, say) {
  const profiles = list(service.profiles);
  if (profiles.length === 0) say("it belongs to no profile");
  for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
    const needed = file.services[other];
    if (!needed) say(`${other} does not exist`);
    else if (!profiles.every((profile) => needed.profiles.includes(profile))) say(`${other} is not always there`);
    else if (condition === "service_healthy" && !needed.healthcheck) say(`${other} has no health`);
  }
  const isBehind = ["postgres", "nats"].includes(name);
  const networks = Object.keys(Array.isArray(service.networks) ? Object.fromEntries(service.networks.map((n) => [n, null])) : service.networks ?? {});
  for (const network of networks) {
    if (!(network in file.networks)) say(`there is no network ${network}`);
    if (isBehind && file.networks[network]?.internal !== true) say("it can be reached from outside");
  }
  if (service.ports && !["caddy", "mediamtx"].includes(name)) say("it is published");
}

/** Vetrina believes the proxy, and nobody who could get its address. */
function proxied(file) {
  const address = file.services.caddy?.networks?.front?.ipv4_address;
  const [range] = file.networks.front?.ipam?.config ?? [];
  const found = [];
  if (!address || !range?.ip_range) return ["the proxy has no address of its own"];
  const number = (ip) => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const within = (ip, net) => {
    const [base, bits] = net.split("/");
    const size = 2 ** (32 - bits);
    return Math.floor(number(ip) / size) === Math.floor(number(base) / size);
  };
  if (!within(address, range.subnet)) found.push("the proxy's address is outside its network");
  if (within(address, range.ip_range)) found.push("others may get the proxy's address");
  for (const [name, service] of services(file)) {
    const trusted = service.environment?.VETRINA_TRUSTED_PROXIES;
    const isServer = service.image.startsWith("vetrina:") && !service.entrypoint;
    if (isServer && trusted !== `${address}/32`) found.push(`${name}: it trusts ${trusted}`);
  }
  return found;
}

/** Named volumes are declared, declared ones used, and no two writers share one by mistake. */
function stored(file) {
  const used = new Set(services(file).flatMap(([, service]) => list(service.volumes).map((volume) => volume.split(":")[0])));
  const named = [...used].filter((volume) => !volume.startsWith("."));
  const declared = Object.keys(file.volumes ?? {});
  return [
    ...named.filter((volume) => !declared.includes(volume)).map((volume) => `there is no volume ${volume}`),
    ...declared.filter((volume) => !used.has(volume)).map((volume) => `nobody uses the volume ${volume}`),
  ];
}

/** A variable that nobody sets has a default, or stops everything with a word on what to do. */
function interpolated(file, { variables = [] }) {
  const found = [];
  for (const [, name, rest] of JSON.stringify(file).matchAll(/\$\{(\w+)([^}]*)\}/g)) {
    if (!/^:[?-]./.test(rest)) found.push(`\${${name}} may be empty without a word`);
    else if (rest.startsWith(":?") && !variables.includes(name)) found.push(`nothing writes ${name}`);
  }
  return found;
}
