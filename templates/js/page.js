/* What the page does beside being read: highlights a segment everywhere, says what a mark stands for, sorts tables, hands
   out pictures and data. Without it everything is there, as pictures and tables. It asks for nothing from outside. */
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, text = "", attributes = {}) => {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const status = make("p", "", { role: "status", class: "hidden" });
  document.querySelector("main").append(status);

  /* Segments: a segment is known by its colour, which each of its marks bears. */
  const buttons = all(".picker button");
  const picker = new Map(buttons.map((button) => [button.dataset.segment, button]));
  const byColour = new Map(buttons.map((button) => [button.dataset.colour, button.dataset.segment]));

  const pick = (segment, isUser = true) => {
    const next = segment === root.dataset.picked || !picker.has(segment) ? undefined : segment;
    if (next === undefined) delete root.dataset.picked;
    else root.dataset.picked = next;
    for (const [key, button] of picker) button.setAttribute("aria-pressed", String(key === next));
    if (!isUser) return;
    const number = next === undefined ? "" : `highlight-${picker.get(next).dataset.number}`;
    history.replaceState(null, "", `#${number}`);
    status.textContent = next === undefined ? "No segment is highlighted." : `Highlighted: ${nameOf(next)}`;
  };
  const nameOf = (segment) => picker.get(segment).dataset.name;
  const follow = () => {
    const number = /^#(?:highlight|segment)-(\d+)$/.exec(location.hash)?.[1];
    const button = buttons.find((each) => each.dataset.number === number);
    if (button && root.dataset.picked !== button.dataset.segment) pick(button.dataset.segment, false);
  };

  /* The segment that something on the page stands for: a mark of a chart by its colour, a row or a key by its dot. */
  const segmentOf = (element) => {
    const mark = element.closest(".by-segment svg .role-mark > *");
    if (mark) {
      const paint = ["fill", "stroke"].map((name) => byColour.get(mark.getAttribute(name)));
      return paint.find((segment) => segment !== undefined);
    }
    const place = element.closest(".key li, tbody tr > :first-child");
    const label = place?.querySelector("[class*='seg-']");
    return label ? /seg-(\d+)/.exec(label.className)[1] : undefined;
  };
  for (const button of buttons) button.addEventListener("click", () => pick(button.dataset.segment));
  document.addEventListener("click", (event) => {
    if (event.target.closest("a, button, summary")) return;
    const segment = segmentOf(event.target);
    if (segment !== undefined) pick(segment);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.dataset.picked) pick(root.dataset.picked);
  });
  for (const group of all(".picker")) group.hidden = false;
  addEventListener("hashchange", follow);
  follow();

  /* What a mark stands for, beside the pointer. */
  const tip = make("div", "", { class: "tip small", "aria-hidden": "true", dir: "auto" });
  tip.hidden = true;
  document.body.append(tip);
  const rowOf = (figure, name) =>
    all(".twin tbody tr", figure).find((row) => row.cells[0].textContent.trim() === name);
  const tell = (mark) => {
    if (mark.dataset.tip) return mark.dataset.tip;
    const segment = segmentOf(mark), figure = mark.closest("figure");
    const row = segment === undefined ? undefined : rowOf(figure, nameOf(segment));
    if (!row) return "";
    const heads = all(".twin thead th", figure).map((head) => head.textContent.trim());
    const figures = [...row.cells].slice(1).map((cell, n) => `${heads[n + 1]} ${cell.textContent.trim()}`);
    return `${nameOf(segment)}: ${figures.join("; ")}`;
  };
  document.addEventListener("pointerover", (event) => {
    const mark = event.target.closest?.("figure svg .role-mark > *");
    tip.textContent = mark ? tell(mark) : "";
    tip.hidden = tip.textContent === "";
  });
  document.addEventListener("pointermove", (event) => {
    if (tip.hidden) return;
    tip.style.left = `${Math.max(8, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8))}px`;
    const below = event.clientY + 18;
    tip.style.top = `${below + tip.offsetHeight < innerHeight ? below : event.clientY - tip.offsetHeight - 10}px`;
  });

  /* Tables: a click on a heading sorts, high to low first, then low to high, then as before. Totals stay last. */
  const escaped = (sign) => sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const { decimal, group } = root.dataset;
  const number = new RegExp(`\\d(?:${escaped(group)}?\\d)*(?:${escaped(decimal)}\\d+)?`);
  const figureOf = (cell) => {
    if (cell.dataset.v !== undefined) return cell.dataset.v === "" ? NaN : Number(cell.dataset.v);
    const text = (cell.innerText ?? cell.textContent).split("\n")[0];
    const found = number.exec(text);
    if (!found) return NaN;
    const sign = /[−-]/.test(text.slice(0, found.index)) ? -1 : 1;
    return sign * Number(found[0].replaceAll(group, "").replace(decimal, "."));
  };
  const compare = (one, other, column, isNumber) => {
    const [a, b] = [one, other].map((row) => row.cells[column]);
    if (!isNumber) return b.textContent.trim().localeCompare(a.textContent.trim(), root.lang, { numeric: true });
    const [left, right] = [figureOf(a), figureOf(b)];
    if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) - Number.isNaN(right) || 0;
    return right - left;
  };
  const sort = (table, head, heads) => {
    const before = head.getAttribute("aria-sort");
    const isNumber = head.classList.contains("num");
    const order = isNumber ? ["descending", "ascending"] : ["ascending", "descending"];
    const next = order[order.indexOf(before) + 1];
    for (const each of heads) each.removeAttribute("aria-sort");
    if (next) head.setAttribute("aria-sort", next);
    const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("total"));
    const sign = next === "ascending" ? -1 : 1;
    const isLast = (row) => isNumber && Number.isNaN(figureOf(row.cells[head.cellIndex]));
    rows.sort((one, other) =>
      next
        ? isLast(one) - isLast(other) || sign * compare(one, other, head.cellIndex, isNumber)
        : one.dataset.place - other.dataset.place,
    );
    const totals = [...table.tBodies[0].rows].filter((row) => row.classList.contains("total"));
    table.tBodies[0].append(...rows, ...totals);
  };
  for (const table of all("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    [...table.tBodies[0].rows].forEach((row, place) => (row.dataset.place = place));
    for (const head of heads) {
      const button = make("button", "", { type: "button", class: "sort" });
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, head, heads));
      head.append(button);
    }
  }

  /* Charts: their data as CSV, their picture as PNG on paper, with what it says above it. */
  const save = (blob, name) => {
    const link = make("a", "", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const field = (cell) => {
    const raw = cell.dataset.v ?? cell.textContent.trim();
    const text = cell.dataset.v === undefined && /^[=+\-@\t\r']/.test(raw) ? `'${raw}` : raw;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const toCsv = (table) => [...table.rows].map((row) => `${[...row.cells].map(field).join(",")}\r\n`).join("");
  const fonts = () =>
    [...document.styleSheets]
      .flatMap((sheet) => [...sheet.cssRules])
      .filter((rule) => rule instanceof CSSFontFaceRule)
      .map((rule) => rule.cssText)
      .join("");
  const wrap = (brush, text, width) =>
    text.split(/\s+/).reduce((lines, word) => {
      const last = lines.at(-1);
      const longer = last ? `${last} ${word}` : word;
      return brush.measureText(longer).width > width && last ? [...lines, word] : [...lines.slice(0, -1), longer];
    }, [""]);
  const paint = async (figure) => {
    const svg = all("svg", figure).find((each) => each.getClientRects().length > 0).cloneNode(true);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    svg.prepend(make("style", fonts()));
    for (const [name, value] of [["width", width * 2], ["height", height * 2]]) svg.setAttribute(name, value);
    const picture = new Image();
    picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
    await picture.decode();
    const canvas = make("canvas"), brush = canvas.getContext("2d");
    const lines = [[".title", "600 28px", "#1B1F24", 38], [".sub", "400 22px", "#57606A", 32]].flatMap(
      ([selector, weight, colour, step]) => {
        const font = `${weight} ${getComputedStyle(document.body).fontFamily}`;
        brush.font = font;
        const text = figure.querySelector(selector).textContent.trim();
        return wrap(brush, text, width * 2 - 32).map((line) => ({ line, font, colour, step }));
      },
    );
    const top = lines.reduce((sum, { step }) => sum + step, 32);
    canvas.width = width * 2;
    canvas.height = height * 2 + top;
    brush.fillStyle = "#FFFFFF";
    brush.fillRect(0, 0, canvas.width, canvas.height);
    lines.reduce((at, { line, font, colour, step }) => {
      [brush.font, brush.fillStyle] = [font, colour];
      brush.fillText(line, 16, at + step - 8);
      return at + step;
    }, 12);
    brush.drawImage(picture, 0, top);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  };
  const copy = async (figure, button) => {
    const image = paint(figure);
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": image })]);
      status.textContent = button.textContent = "Copied";
    } catch {
      save(await image, `${figure.id}.png`);
      status.textContent = button.textContent = "Saved as a file";
    }
    setTimeout(() => (button.textContent = "Copy image"), 2500);
  };
  const isChart = (figure) => [".title", ".sub", ".twin table", "svg"].every((part) => figure.querySelector(part));
  for (const figure of all("main figure[id]").filter(isChart)) {
    const title = figure.querySelector(".title").textContent.trim();
    const tools = make("div", "", { class: "tools small" });
    const image = make("button", "Copy image", { type: "button", "aria-label": `Copy image: ${title}` });
    image.addEventListener("click", () => copy(figure, image));
    const data = make("button", "Download data", { type: "button", "aria-label": `Download data: ${title}` });
    const twin = figure.querySelector(".twin table");
    data.addEventListener("click", () =>
      save(new Blob(["\ufeff", toCsv(twin)], { type: "text/csv;charset=utf-8" }), `${figure.id}.csv`),
    );
    tools.append(image, data, make("a", "Link", { href: `#${figure.id}`, "aria-label": `Link to: ${title}` }));
    figure.querySelector(".twin").before(tools);
  }

  /* Where the reader is, in the contents. */
  const entries = new Map(all("nav.rail a").map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) {
        const link = entries.get(target.id);
        if (isIntersecting) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const place of [...entries.keys()].map((id) => document.getElementById(id))) if (place) seen.observe(place);
})();
