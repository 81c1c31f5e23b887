/** Problems with partners' servers: what happened, what it means for the work, what to do. */

import type { ProblemText } from './problems.en';

const say = (happened: string, means: string, todo: string): ProblemText => ({
  happened,
  means,
  todo,
});

const KEPT = 'What came before is in the book and untouched.';

export const connectProblems: Readonly<Record<string, ProblemText>> = {
  bad_address: say(
    'This is no address that can be asked.',
    'Nothing was sent anywhere.',
    'Check the spelling; it begins with https:// and holds no user name or password.',
  ),
  insecure: say(
    'The address is not encrypted.',
    'Nothing was sent: over plain http anybody on the way could read the token.',
    'Use the https address. Only for a server you trust the way to, allow plain http.',
  ),
  other_host: say(
    'The partner points to another host.',
    'Nothing was sent there: the token goes only to hosts you named.',
    'Ask the partner whether this host is theirs, then add it under “Further hosts”.',
  ),
  private_address: say(
    'The address lies inside a private network.',
    'Nothing was sent there: a server outside must not lead Tallywatt inside.',
    'If the partner’s server really is in your network or VPN, allow private addresses.',
  ),
  unreachable: say(
    'The partner’s server cannot be reached.',
    KEPT,
    'Check the address and this computer’s network, then try again later.',
  ),
  tls: say(
    'The server could not prove who it is.',
    'Its certificate is not valid for this address, so no token was sent.',
    'Tell the partner. If they use an authority of their own, add its certificate.',
  ),
  timeout: say(
    'The partner’s server took too long to answer.',
    KEPT,
    'Try again later; the next pull goes on where this one stopped.',
  ),
  cut_off: say(
    'The answer broke off half way.',
    `${KEPT} The half answer was not used.`,
    'Try again; the next pull goes on where this one stopped.',
  ),
  too_large: say(
    'The answer is larger than any page should be.',
    `${KEPT} The page was not used.`,
    'Ask the partner to send smaller pages.',
  ),
  unauthorized: say(
    'The partner did not accept our token.',
    `No records were fetched. ${KEPT}`,
    'Check the token and how it is sent, or ask the partner for a new one.',
  ),
  rate_limited: say(
    'The partner’s server asks us to slow down.',
    KEPT,
    'Nothing to do: Tallywatt waits as long as it asks. Pull less often if it happens every day.',
  ),
  http_status: say(
    'The partner’s server answered with an error.',
    KEPT,
    'Try again later. If it stays, send the partner what was said, with the request’s id.',
  ),
  ocpi_status: say(
    'The partner’s server refused the request.',
    KEPT,
    'Read its reason under Details. If it is not clear, send it to the partner.',
  ),
  not_ocpi: say(
    'The answer is not OCPI.',
    `${KEPT} It may be a web page or another service.`,
    'Check that the address is that of the versions list.',
  ),
  loop: say(
    'The pages lead in a circle.',
    `${KEPT} Reading stopped before it went round again.`,
    'Tell the partner that its address of the next page is wrong.',
  ),
  too_many: say(
    'The list has no end that can be seen.',
    `${KEPT} Reading stopped at the limit.`,
    'Pull again to go on, and ask the partner whether its pages end.',
  ),
  no_version: say(
    'There is no version of OCPI that both speak.',
    'Tallywatt speaks 2.1.1, 2.2.1 and 2.3.0.',
    'Ask the partner which version it offers, or choose another under Advanced.',
  ),
  no_endpoint: say(
    'The partner does not offer what was asked for.',
    'Nothing was changed.',
    'Leave the list out, or ask the partner to offer it, and connect again.',
  ),
  not_connected: say(
    'This partner has no connection yet.',
    'Nothing was pulled.',
    'Connect its server first: it needs the address of the versions list and a token.',
  ),
  token_missing: say(
    'The token of this partner is not kept on this computer.',
    'Nothing was pulled. The connection itself is known.',
    'Change the connection and type in the token that the partner gave.',
  ),
  pull_running: say(
    'This partner is being pulled from already.',
    'The other pull goes on; what it brings is in the book when it ends.',
    'Wait until it has ended.',
  ),
  secrets: say(
    'Tokens cannot be kept or found.',
    'No token was written anywhere.',
    'Check the passphrase, or start the keychain of this system, and try again.',
  ),
  vault_locked: say(
    'The tokens are locked.',
    'Nothing was sent or pulled.',
    'Unlock them with their passphrase, then try again.',
  ),
  holes: say(
    'The partner could not hand out some of its records.',
    'Everything else of the list is in the book. The missing ones are asked for with each pull.',
    'Tell the partner which places fail; they are under Details.',
  ),
  already_registered: say(
    'The partner says that we are registered already.',
    'The token given was not exchanged.',
    'Use the token of that registration as a fixed one, or ask the partner to end it first.',
  ),
  no_callback: say(
    'The partner could not reach us.',
    'Registering needs an answer from Tallywatt at the address you gave. No token was exchanged.',
    'Check that the tunnel, forwarded port or VPN leads to the address Tallywatt listens at.',
  ),
  not_registered: say(
    'There is no registration to change.',
    'Nothing was exchanged. A fixed token needs none.',
    'Register with a token for registering, if the partner wants that.',
  ),
  outcome_unknown: say(
    'Nobody knows whether the partner did what was asked.',
    'Its answer got lost on the way.',
    'What to do is under Details: try again later, or ask the partner for a new token.',
  ),
  token_lost: say(
    'The partner changed the token, and the new one did not arrive.',
    'The old one is refused. What was pulled is untouched.',
    'Ask the partner to reset the registration and to give a new token, then register again.',
  ),
  no_role: say(
    'It is not known in which role we register.',
    'Nothing was exchanged.',
    'Complete our own company data first.',
  ),
  cannot_listen: say(
    'Tallywatt cannot listen at that address.',
    'Registering needs a free port on this computer. Nothing was exchanged.',
    'Choose another port, or end the program that uses it.',
  ),
  changed_after_sent: say(
    'This CDR was changed after it was sent.',
    'The partner has the version that was sent; a CDR cannot be changed there.',
    'Send a credit CDR for it, and a new CDR with an id of its own.',
  ),
  trial_failed: say(
    'This check found something that must be mended first.',
    'Nothing was stored.',
    'Go back, mend what the check names, and check again.',
  ),
  trial_gone: say(
    'This check is too old to be kept.',
    'Nothing was stored; Tallywatt may have been restarted since.',
    'Go back and check the connection again.',
  ),
  no_receiver: say(
    'The partner takes no CDRs from us.',
    'Its server offers no place to send them to. Nothing was sent.',
    'Ask the partner to offer it, then change the connection so that it is checked again.',
  ),
  cannot_be_written: say(
    'This CDR cannot be written in the partner’s version of OCPI.',
    'It was not sent; the others are not held up by it.',
    'Look at the reason under Details, mend the CDR at its source and import it again.',
  ),
};
