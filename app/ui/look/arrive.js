() => {
  // What a tab says of itself when it is loaded. Its key survives a reload and ends with it: two tabs are two people.
  const key =
    sessionStorage.getItem("lector-key") ??
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("lector-key", key);
  const chosen = localStorage.getItem("lector-language");
  return [{ key, languages: chosen ? [chosen] : [...navigator.languages] }];
}
