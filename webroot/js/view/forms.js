/** What forms share: sending once at a time, and showing what is wrong where it is wrong. */

/** Calls `submit(fields)` on every submit; shows its failure beside the form. */
export function onSubmit(form, submit) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button.primary');
    clearProblem(form);
    button.disabled = true;
    try {
      await submit(Object.fromEntries(new FormData(form)));
    } catch (failure) {
      showProblem(form, failure);
    } finally {
      button.disabled = false;
    }
  });
}

export function clearProblem(form) {
  const place = form.querySelector('.problem');
  place.hidden = true;
  place.textContent = '';
  form.querySelectorAll('[aria-invalid]').forEach((field) => field.removeAttribute('aria-invalid'));
}

export function showProblem(form, failure) {
  const place = form.querySelector('.problem');
  const errors = failure.errors ?? [];
  place.textContent = errors.length > 0
    ? errors.map(({ field, detail }) => `${field} ${detail}`).join('. ')
    : failure.message;
  place.hidden = false;
  for (const { field } of errors) {
    form.elements[field]?.setAttribute('aria-invalid', 'true');
  }
  form.querySelector('[aria-invalid]')?.focus();
}
