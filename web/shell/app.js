// The sign-in page and the account page: plain, until the studio's own pages take over.

const main = document.getElementById('main');
const who = document.getElementById('who');

class ApiError extends Error {
  constructor(status, body) {
    super(body?.error?.message ?? `The server answered with status ${status}.`);
    this.status = status;
  }
}

async function api(method, path, body) {
  const reply = await fetch(path, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = reply.status === 204 ? null : await reply.json().catch(() => null);
  if (!reply.ok) throw new ApiError(reply.status, answer);
  return answer;
}

function show(view) {
  main.replaceChildren(document.getElementById(`view-${view}`).content.cloneNode(true));
  main.focus();
}

function fail(error) {
  const line = document.createElement('p');
  line.className = 'reason';
  line.setAttribute('role', 'alert');
  line.textContent = error instanceof ApiError ? error.message : 'The server does not answer. Is it running?';
  main.prepend(line);
}

let passwords = false;

function showSignedOut(reason) {
  who.hidden = true;
  show('signed-out');
  if (reason) {
    const line = document.getElementById('reason');
    line.textContent = reason;
    line.hidden = false;
  }
  const form = document.getElementById('password-form');
  form.hidden = !passwords;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    try {
      const fields = new FormData(form);
      showHome(await api('POST', '/api/session', { name: fields.get('name'), password: fields.get('password') }));
    } catch (error) {
      showSignedOut(error instanceof ApiError ? error.message : 'The server does not answer.');
    } finally {
      button.disabled = false;
    }
  });
}

function tokenRow(token, reload) {
  const row = document.createElement('li');
  const text = document.createElement('span');
  const note = document.createElement('small');
  const used = token.lastUsedAt ? `last used ${new Date(token.lastUsedAt).toLocaleString()}` : 'not used yet';
  text.textContent = token.name;
  note.textContent = `${token.scope} · ${used}`;
  text.append(note);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = 'Revoke';
  button.setAttribute('aria-label', `Revoke ${token.name}`);
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await api('DELETE', `/api/tokens/${token.id}`);
      await reload();
    } catch (error) {
      fail(error);
    } finally {
      button.disabled = false;
    }
  });
  row.append(text, button);
  return row;
}

async function loadTokens() {
  const { tokens } = await api('GET', '/api/tokens?limit=200');
  document.getElementById('tokens').replaceChildren(...tokens.map((token) => tokenRow(token, loadTokens)));
  document.getElementById('tokens-empty').hidden = tokens.length > 0;
}

function watchTokenForm() {
  const form = document.getElementById('token-form');
  const made = document.getElementById('token-made');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    try {
      const answer = await api('POST', '/api/tokens', { name: fields.get('name'), scope: fields.get('scope') });
      const code = document.createElement('code');
      code.textContent = answer.token;
      made.replaceChildren('Copy it now, it is not shown again: ', code);
      made.hidden = false;
      form.reset();
      await loadTokens();
    } catch (error) {
      fail(error);
    }
  });
}

async function showHome(user) {
  history.replaceState(null, '', '/');
  show('home');
  main.querySelector('[data-name]').textContent = user.name;
  main.querySelector('[data-role]').textContent = user.role;
  document.getElementById('who-name').textContent = user.name;
  who.hidden = false;
  watchTokenForm();
  await loadTokens();
}

async function start() {
  const state = await api('GET', '/api/session');
  passwords = state.passwords;
  const code = location.pathname === '/login' ? location.hash.slice(1) : '';
  if (!code) return state.signedIn ? showHome(await api('GET', '/api/me')) : showSignedOut();
  history.replaceState(null, '', '/login');
  try {
    return await showHome(await api('POST', '/api/session', { code }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return showSignedOut(error.message);
  }
}

document.getElementById('sign-out').addEventListener('click', async () => {
  try {
    await api('DELETE', '/api/session');
    showSignedOut('You are signed out.');
  } catch (error) {
    fail(error);
  }
});

start().catch((error) => {
  main.replaceChildren();
  fail(error);
});
