// Clicks and keys are heard on the document, once: what they are about is redrawn all the time.
document.addEventListener("click", (event) => {
  const citation = event.target.closest('a[href^="#cite-"]');
  if (citation) {
    event.preventDefault();
    trigger("cite", { target: citation.getAttribute("href") });
  } else {
    event.target.closest(".sheet")?.classList.toggle("large");
  }
});
// A file above the limit never reaches gradio, which would be silent about it, or block its drop zone.
const weigh = (event, files) => {
  const heavy = [...(files ?? [])].find((file) => file.size > props.max_bytes);
  if (!heavy) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.type === "change") event.target.value = "";
  trigger("heavy", { name: heavy.name });
};
document.addEventListener("change", (event) => weigh(event, event.target.files), true);
document.addEventListener("drop", (event) => weigh(event, event.dataTransfer?.files), true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".sheet")) event.target.classList.toggle("large");
});
