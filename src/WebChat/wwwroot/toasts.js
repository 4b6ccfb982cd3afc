// Short notices that only the reader sees. They also stand in the log, so that nothing is lost when they go.

const SHOWN_MS = 8_000;
const place = document.getElementById('toasts');

export function toast(text, code = null) {
  const box = document.createElement('div');
  box.className = code ? 'toast refusal' : 'toast';
  const words = document.createElement('p');
  words.textContent = text;
  box.append(words);
  if (code) {
    const small = document.createElement('small');
    small.textContent = code;
    box.append(small);
  }

  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = '×';
  close.setAttribute('aria-label', 'Close notice');
  close.addEventListener('click', () => box.remove());
  box.append(close);
  place.append(box);
  let timer = setTimeout(() => box.remove(), SHOWN_MS);
  box.addEventListener('pointerenter', () => clearTimeout(timer));
  box.addEventListener('pointerleave', () => { timer = setTimeout(() => box.remove(), SHOWN_MS); });
}
