import { Controller, Get, Header, Inject, Param, Post, Req, StreamableFile } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EvidenceService, pushPayload } from '../evidence/index.js';
import { toUserError } from '../graphql/index.js';
import { RollcallError } from '../platform/index.js';
import { actorOf } from './authenticate.js';

const BYTES = 'application/octet-stream';

/** A file is kept as it is, whatever its sender calls it: JSON that was parsed and printed again is another file. */
export function takeUploadsAsBytes(app: FastifyInstance): void {
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request) => {
    if (request.method === 'POST' && request.url.split('?', 1)[0] === '/attestations')
      request.headers['content-type'] = BYTES;
  });
}

/** Upload and download of attestation files, for clients that have no GraphQL. */
@Controller('attestations')
export class AttestationsController {
  constructor(@Inject(EvidenceService) private readonly evidence: EvidenceService) {}

  /** Body: the file as it is, of any content type. Query: `name`. Answers the results of `pushAttestation`. */
  @Post()
  async upload(@Req() request: FastifyRequest) {
    const { name } = request.query as { name?: string | string[] };
    if (Array.isArray(name)) throw new RollcallError('BAD_REQUEST', 'name is given once');
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const results = await this.evidence.push(actorOf(request), { bytes, name: name ?? null, kind: null });
    return { results: results.map(pushPayload(toUserError)) };
  }

  /** The original bytes. Never shown inline: they are somebody else's content. */
  @Get(':id/download')
  @Header('Content-Type', BYTES)
  @Header('X-Content-Type-Options', 'nosniff')
  async download(@Req() request: FastifyRequest, @Param('id') id: string): Promise<StreamableFile> {
    const file = await this.evidence.download(actorOf(request), id);
    if (!file) throw new RollcallError('ATTESTATION_NOT_FOUND', `there is no attestation ${id}`);
    return new StreamableFile(file.bytes, {
      disposition: `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    });
  }
}
