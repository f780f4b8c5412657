// Small comforts. Every page works without them.
"use strict";

// Times are shown in the browser's zone: the server learns it from a cookie.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const told = document.cookie.split("; ").includes(`rollbook_tz=${zone}`);
if (zone && !told) {
  document.cookie = `rollbook_tz=${zone}; path=/dashboard; max-age=31536000; samesite=lax`;
  const { zone: shown, followsBrowser } = document.body.dataset;
  const isKept = document.cookie.includes(`rollbook_tz=${zone}`);
  if (isKept && followsBrowser !== undefined && shown !== zone) location.reload();
}

// Links to what also is a dialog open the dialog.
for (const link of document.querySelectorAll("[data-opens]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById(link.dataset.opens).showModal();
  });
}

// A menu closes with Esc, and when something else is chosen.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("[data-menu]")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.activeElement?.closest("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Values to choose from follow what is typed; the first ones came with the page.
for (const field of document.querySelectorAll("[data-suggests]")) {
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = field.value;
      const answer = await fetch(`${field.dataset.suggests}&q=${encodeURIComponent(typed)}`);
      if (!answer.ok || typed !== field.value) return;
      field.list.replaceChildren(...(await answer.json()).map((text) => new Option("", text)));
    }, 150);
  });
}
