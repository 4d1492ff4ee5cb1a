// Fetches the page again and puts its live parts in place of those shown. Pictures change only when their address does, and only when they
// have been loaded, so that nothing flickers.
"use strict";

const lost = document.getElementById("silence");

function put(fresh, shown) {
  const next = fresh.querySelector("img");
  const old = shown.querySelector("img");
  if (!next || !old) { shown.replaceWith(document.adoptNode(fresh)); return; }
  const words = [fresh, shown].map((figure) => figure.querySelector("figcaption"));
  if (words[0] && words[1] && words[0].textContent !== words[1].textContent) words[1].textContent = words[0].textContent;
  if (next.getAttribute("src") === old.getAttribute("src")) return;
  const loader = new Image();
  loader.onload = () => { old.src = loader.getAttribute("src"); };
  loader.src = next.getAttribute("src");
}

async function refresh() {
  try {
    const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(4000) });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.title = page.title;
    for (const shown of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(shown.id);
      if (fresh && fresh.outerHTML !== shown.outerHTML) put(fresh, shown);
    }
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  document.body.classList.toggle("stale", !lost.hidden);
  setTimeout(refresh, document.hidden ? 5000 : 1000);
}

setTimeout(refresh, 1000);
