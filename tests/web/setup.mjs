// SPDX-License-Identifier: Apache-2.0
// Node 18 has what browsers call `crypto` in a module only.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
