// Hover, touch and arrow keys show the values of a mark. Without this script its <title> does.
(() => {
  "use strict";
  const tip = document.getElementById("tip");
  let current = null;

  for (const chart of document.querySelectorAll("svg.chart")) {
    // The chart's own title would pop up over its marks: keep it as the accessible name only.
    const title = chart.querySelector(":scope > title");
    chart.setAttribute("aria-label", title.textContent);
    chart.setAttribute("aria-describedby", chart.id + "-desc");
    chart.removeAttribute("aria-labelledby");
    title.remove();
  }
  for (const mark of document.querySelectorAll(".mark")) {
    const title = mark.querySelector(":scope > title");
    mark.dataset.tip = title.textContent;
    title.remove();
  }

  function hide() {
    if (current) current.classList.remove("on");
    current = null;
    tip.hidden = true;
  }

  function show(mark, x, y) {
    if (mark !== current) {
      hide();
      current = mark;
      mark.classList.add("on");
      tip.textContent = mark.dataset.tip;
      tip.hidden = false;
    }
    const box = tip.getBoundingClientRect();
    const right = x + 14 + box.width > document.documentElement.clientWidth - 6;
    tip.style.left = Math.max(6, right ? x - 14 - box.width : x + 14) + "px";
    tip.style.top = Math.max(6, Math.min(y + 14, window.innerHeight - box.height - 6)) + "px";
  }

  function point(event) {
    const mark = event.target.closest ? event.target.closest(".mark") : null;
    if (mark) show(mark, event.clientX, event.clientY);
    else hide();
  }
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerdown", point);
  document.addEventListener("wheel", hide, { passive: true });

  for (const plot of document.querySelectorAll(".plot[tabindex], .scroll[tabindex]")) {
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", (event) => {
      const forward = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") hide();
      const marks = [...plot.querySelectorAll(".mark")].filter((mark) => mark.getClientRects().length);
      if (!forward || !marks.length) return;
      event.preventDefault();
      const from = marks.indexOf(current);
      const next = from < 0 ? (forward > 0 ? 0 : marks.length - 1) : from + forward;
      const mark = marks[Math.max(0, Math.min(marks.length - 1, next))];
      mark.scrollIntoView({ block: "nearest", inline: "nearest" });
      const box = mark.getBoundingClientRect();
      show(mark, box.left + box.width / 2, box.top + box.height / 2);
    });
  }

  // Browsers that cannot style the content of closed details: open them for paper, and close them again.
  const opened = [];
  window.addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details:not([open])")) {
      each.open = true;
      opened.push(each);
    }
  });
  window.addEventListener("afterprint", () => {
    while (opened.length) opened.pop().open = false;
  });
})();
