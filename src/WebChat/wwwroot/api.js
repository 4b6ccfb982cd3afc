// What the page asks of the server. Every failure is an ApiError with a stable code.

export class ApiError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function request(path, body) {
  let response;
  try {
    response = await fetch(`/webchat/api/${path}`, body === undefined ? {} : {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-TrunkBot-WebChat': '1' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new ApiError('webchat-unreachable', 'The web chat can\'t be reached. Check that TrunkBot runs, then send again.');
  }

  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    throw new ApiError(answer?.code ?? 'webchat-failed', answer?.message ?? `The web chat answered ${response.status}.`);
  }

  return answer;
}

const pathOf = (conversation, rest) => `conversations/${encodeURIComponent(conversation)}/${rest}`;

export const readSession = () => request('session');
export const readMessages = (user, conversation) => request(pathOf(conversation, `messages?user=${encodeURIComponent(user)}`));
export const writeMessage = (user, conversation, text) => request(pathOf(conversation, 'messages'), { user, text });
export const pressButton = (user, conversation, messageId, verb, data) =>
  request(pathOf(conversation, 'actions'), { user, messageId, verb, data });
