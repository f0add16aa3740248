async () => {
  // What a tab says of itself when it is loaded. Its key survives a reload and ends with it: two tabs are two people. A
  // copy of a tab comes with its key, so the tab holds a lock of that name (which browsers have on safe pages alone).
  const fresh = () =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const held = (key) =>
    new Promise((tell) => {
      navigator.locks.request(`lector-${key}`, { ifAvailable: true }, (lock) => {
        tell(lock !== null);
        return lock && new Promise(() => {}); // until the tab is closed or loaded again
      });
    });
  let key = sessionStorage.getItem("lector-key") ?? fresh();
  if (navigator.locks && !(await held(key))) await held((key = fresh()));
  sessionStorage.setItem("lector-key", key);
  const chosen = localStorage.getItem("lector-language");
  return [{ key, languages: chosen ? [chosen] : [...navigator.languages] }];
}
