// SPDX-License-Identifier: Apache-2.0
// The product as a peer of the harness: run.sh copies this file beside roofline.mjs. SEALKEEP_ROLE names the program.
import { lineRole, tmp } from './lib/harness.mjs';
const prog = process.env.SEALKEEP_ROLE;
const PORT = 17900; // and the next one, for enrolment
export function peer(sites = 1) {
  return {
    name: 'sealkeep', sites,
    async start() {
      const post = tmp('sk-post'); // invitations and enrolment requests, carried by hand
      const hub = lineRole(prog, ['hub', tmp('sk-hub'), PORT, sites, post]), edge = lineRole(prog, ['edge', tmp('sk-edge'), PORT, sites, post]);
      return { edge, hub, stored: true, linkPort: PORT, edgePids: [edge.pid], hubPids: [hub.pid], stop: async () => { await edge.end(); await hub.end(); } };
    },
  };
}
