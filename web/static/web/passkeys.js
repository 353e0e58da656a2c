// Passkeys: the browser speaks bytes, the server base64url.

import { bytesOf, textOf } from "./bytes.js";

/** Passkeys belong to a name; a bare number like 127.0.0.1 has none. */
export const canUsePasskeys = () =>
  "PublicKeyCredential" in window && !/^[\d.]+$|^\[/.test(location.hostname);

/** Makes a passkey; throws a DOMException when the person would rather not. */
export async function makePasskey({ publicKey }) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytesOf(publicKey.challenge),
      user: { ...publicKey.user, id: bytesOf(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
    },
  });
  const { response } = credential;
  return told(credential, {
    clientDataJSON: textOf(response.clientDataJSON),
    attestationObject: textOf(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

/** Shows a passkey; throws a DOMException when there is none, or the person would rather not. */
export async function showPasskey({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytesOf(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  });
  const { response } = credential;
  return told(credential, {
    clientDataJSON: textOf(response.clientDataJSON),
    authenticatorData: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    userHandle: response.userHandle ? textOf(response.userHandle) : null,
  });
}

const withBytes = (list) => (list ?? []).map((each) => ({ ...each, id: bytesOf(each.id) }));

const told = (credential, response) => ({
  id: credential.id,
  rawId: textOf(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: credential.getClientExtensionResults(),
  response,
});

/** What to say of a passkey that was not made or shown. */
export const notShown = (error) =>
  error instanceof DOMException ? "No passkey was used." : error.message;
