// Clicks and keys are heard on the document, once: what they are about is redrawn all the time.
// What a link in the conversation may do (gradio lets no other mark through), and a button elsewhere.
const LINKS = ["cite", "again", "edit", "keep"];
const BUTTONS = ["leaf", "field", "table", "reopen", "delete", "forget_all"];
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const act = link?.getAttribute("href").slice(1).split("-")[0];
  const button = event.target.closest("button[data-event]");
  if (LINKS.includes(act)) {
    event.preventDefault();
    trigger(act, { value: link.getAttribute("href") });
  } else if (BUTTONS.includes(button?.dataset.event)) {
    const sure = button.dataset.sure;
    if (sure && button.textContent !== sure) button.textContent = sure; // a second click is meant
    else trigger(button.dataset.event, { value: button.dataset.value });
  } else {
    event.target.closest(".sheet")?.classList.toggle("large");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".sheet")) event.target.classList.toggle("large");
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

// Boxes to tick, and the language.
document.addEventListener("change", (event) => {
  const changed = event.target;
  if (changed.id === "language") {
    localStorage.setItem("lector-language", changed.value);
    trigger("speak", { value: changed.value });
  } else if (changed.id === "keep-documents") {
    trigger("keep_documents", { value: changed.checked });
  } else if (changed.closest(".thumbs")) {
    trigger("tick", { value: [...document.querySelectorAll(".thumbs input:checked")].map((box) => box.value) });
  }
});

// The arrow in the heading of a thought is a button inside a button: the outer one is enough.
new MutationObserver(() => {
  for (const arrow of document.querySelectorAll('#chat .thought-group [role="button"] button:not([aria-hidden])')) {
    arrow.setAttribute("aria-hidden", "true");
    arrow.disabled = true;
    arrow.style.pointerEvents = "none";
  }
}).observe(document.body, { childList: true, subtree: true });

// After a redraw: the mark comes into view, the small pages say which of them is shown and which are ticked.
const drawn = () => {
  document.querySelector("#picture rect")?.scrollIntoView({ block: "nearest" });
  const page = document.querySelector("#picture .sheet")?.dataset.page;
  const ticked = document.querySelector("#ticks [data-ticked]")?.dataset.ticked.split(",") ?? [];
  for (const leaf of document.querySelectorAll(".thumbs li")) {
    const shown = leaf.dataset.page === page;
    const button = leaf.querySelector("button");
    if (shown) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
    leaf.querySelector("input").checked = ticked.includes(leaf.dataset.page);
    const strip = leaf.parentElement;
    if (shown && (leaf.offsetTop < strip.scrollTop || leaf.offsetTop + leaf.offsetHeight > strip.scrollTop + strip.clientHeight))
      strip.scrollTop = leaf.offsetTop - 8;
  }
};
document.addEventListener("lector:drawn", drawn);

// The server has said what this tab shows, and in which language: now it can be seen.
watch("value", () => {
  document.documentElement.lang = element.querySelector("[data-language]").dataset.language;
  document.querySelector("#file button")?.setAttribute("aria-label", props.drop);
  document.body.classList.add("arrived");
});
