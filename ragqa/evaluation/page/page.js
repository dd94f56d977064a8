"use strict";
// The list of questions. Text of questions and articles only ever goes into text nodes. Offsets in the data count code points.
(() => {
  const PAGE = 50;
  const FACETS = {question_type: "Question type", answer_type: "Answer type", answer_length: "Answer length", source: "Source"};
  // Without a calibration there is no confidence, and the score gives the same order.
  const sureness = (row) => row.confidence ?? row.score ?? -Infinity;
  const descending = (a, b) => (a === b ? 0 : b > a ? 1 : -1);
  const SORTS = {
    "": ["Order of the gold file", null],
    bold: ["Surest errors first", (a, b) => descending(!!a.cause, !!b.cause) || descending(sureness(a), sureness(b))],
    sure: ["Sure to unsure", (a, b) => descending(sureness(a), sureness(b))],
    unsure: ["Unsure to sure", (a, b) => descending(sureness(b), sureness(a))],
    worst: ["F1, low to high", (a, b) => (a.f1 ?? 2) - (b.f1 ?? 2)],
    best: ["F1, high to low", (a, b) => (b.f1 ?? -1) - (a.f1 ?? -1)],
  };
  const browser = document.getElementById("browser");
  if (!browser) return;
  const data = JSON.parse(document.getElementById("run-data").textContent);
  const rows = data.questions;
  const state = {cause: "", q: "", sort: "", page: 1};
  for (const name of Object.keys(FACETS)) state[name] = "";
  let shown = rows;

  function make(tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children.filter((child) => child !== null));
    return node;
  }
  const count = (number) => number.toLocaleString("en");
  const percent = (share) => `${(100 * share).toFixed(0)} %`;
  const words = (key) => key.replaceAll("_", " ");
  const causeOf = (row) => row.cause ?? "right";
  const causeName = (cause) => data.causes[cause] ?? words(cause);
  function inText(node, text) {
    node.textContent = text;
    node.dir = "auto";
    return node;
  }
  function badge(cause) {
    const swatch = make("span", `swatch ${cause}`);
    swatch.ariaHidden = "true";
    return make("span", "badge", swatch, causeName(cause));
  }

  // ---- Spans in text
  function units(text) {
    // Places of code points in a JavaScript string, which counts UTF-16 units.
    if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return (place) => place;
    const places = [0];
    for (const character of text) places.push(places[places.length - 1] + character.length);
    return (place) => places[Math.max(0, Math.min(place, places.length - 1))];
  }
  function goldMarks(text, gold) {
    const marks = [];
    for (const answer of new Set(gold)) {
      if (!answer.trim()) continue;
      const literal = answer.trim().replace(/[\\^$.*+?()[\]{}|\/-]/g, "\\$&").replace(/\s+/g, "\\s+");
      for (const found of text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "giu"))) {
        marks.push({start: found.index, end: found.index + found[0].length, kind: "gold"});
      }
    }
    return marks;
  }
  function answerMarks(text, start, articleId, answers) {
    const place = units(text);
    const length = [...text].length;
    return answers
      .map((answer, rank) => ({answer, kind: rank === 0 ? "answer" : "other"}))
      .filter(({answer}) => answer.article_id === articleId && answer.start < start + length && answer.end > start)
      .map(({answer, kind}) => ({start: place(answer.start - start), end: place(answer.end - start), kind}));
  }
  function marked(text, marks) {
    const node = make("p", "prose");
    node.dir = "auto";
    const inside = marks.map((mark) => ({...mark, start: Math.max(mark.start, 0), end: Math.min(mark.end, text.length)}));
    const cuts = [...new Set([0, text.length, ...inside.flatMap((mark) => [mark.start, mark.end])])].sort((a, b) => a - b);
    for (let i = 0; i + 1 < cuts.length; i++) {
      const kinds = new Set(inside.filter((mark) => mark.start <= cuts[i] && mark.end >= cuts[i + 1]).map((mark) => mark.kind));
      const piece = text.slice(cuts[i], cuts[i + 1]);
      node.append(kinds.size ? make("mark", [...kinds].join(" "), piece) : piece);
    }
    return node;
  }

  // ---- One question
  function summaryOf(row) {
    const told = make("div", "told", inText(make("div", "asked"), row.question));
    const gold = row.gold?.length ? [...new Set(row.gold)].join(" / ") : null;
    const pair = make("div", "pair");
    pair.append(make("span", "gold", "gold ", gold === null ? make("em", "", "no answer") : inText(make("b"), gold)));
    if (data.kind !== "retrieval") {
      pair.append(make("span", "", "ragqa ", row.prediction ? inText(make("b"), row.prediction) : make("em", "", "no answer"),
        row.prediction && row.abstained ? " (abstained)" : null));
    }
    told.append(pair);
    const scores = make("div", "scores");
    if (row.confidence !== undefined) {
      const fill = make("i");
      fill.style.width = `${100 * row.confidence}%`;
      const meter = make("span", "meter", fill);
      meter.ariaHidden = "true";
      scores.append(`confidence ${percent(row.confidence)}`, meter);
    } else if (row.score !== undefined) {
      scores.append(make("div", "", `score ${row.score.toFixed(2)}`));
    }
    if (row.f1 !== undefined) scores.append(`F1 ${percent(row.f1)}`);
    return make("summary", "", told, scores, badge(causeOf(row)));
  }
  function answersOf(row) {
    const list = make("ol", "given");
    row.answers.forEach((answer, rank) => {
      const head = make("div", "head", inText(make("b"), answer.text));
      if (answer.confidence !== undefined) head.append(make("span", "", `confidence ${percent(answer.confidence)}`));
      if (answer.score !== undefined) head.append(make("small", "", `score ${answer.score.toFixed(2)}`));
      head.append(inText(make("small"), `${answer.article_id} : ${answer.start}–${answer.end}`));
      const item = make("li", "", head);
      if (answer.sentence) {
        const marks = answerMarks(answer.sentence, answer.sentence_start ?? 0, answer.article_id, [answer]);
        if (rank > 0) for (const mark of marks) mark.kind = "other";
        item.append(marked(answer.sentence, [...marks, ...goldMarks(answer.sentence, row.gold ?? [])]));
      }
      list.append(item);
    });
    return list;
  }
  function passagesOf(row) {
    const list = make("ol", "given");
    for (const [place, rank, score, isGold] of row.passages) {
      const [articleId, start, text] = data.passages[place];
      const answers = answerMarks(text, start, articleId, row.answers ?? []);
      const gold = goldMarks(text, row.gold ?? []);
      const head = make("span", "head", `${rank}. `, inText(make("b"), articleId));
      if (score !== null && score !== undefined) head.append(make("small", "", `score ${score.toFixed(4)}`));
      if (isGold) head.append(make("span", "tag", "gold"));
      if (answers.some((mark) => mark.kind === "answer")) head.append(make("small", "", "holds the answer given"));
      if (gold.length && !isGold) head.append(make("small", "", "holds the words of a gold answer"));
      head.append(inText(make("span", "peek"), text.slice(0, 160)));
      const item = make("details", "", make("summary", "", head));
      item.open = Boolean(isGold) || answers.length > 0 || row.passages.length === 1;
      item.append(marked(text, [...answers, ...gold]));
      list.append(make("li", "", item));
    }
    return list;
  }
  function detailOf(row) {
    const node = make("div", "detail");
    const facts = [row.id, ...Object.keys(FACETS).map((name) => row[name]).filter((value) => value !== undefined).map(words)];
    if (row.reason) facts.push(`abstained: ${data.reasons[row.reason] ?? words(row.reason)}`);
    if (row.exact_match !== undefined) facts.push(row.exact_match ? "exact match" : "no exact match");
    node.append(inText(make("p", "facts"), facts.join("  ·  ")));
    const permalink = make("a", "", "link to this question");
    permalink.href = `#questions?${new URLSearchParams({id: row.id})}`;
    node.append(make("p", "key", make("span", "", make("mark", "answer", "answer given")), make("span", "", make("mark", "other", "other answers")),
      make("span", "", make("mark", "gold", "gold answer")), permalink));
    if (row.answers) node.append(make("h4", "", "Answers"), answersOf(row));
    if (row.passages) node.append(make("h4", "", "Passages"), passagesOf(row));
    return node;
  }
  function itemOf(row) {
    const item = make("details", "question", summaryOf(row));
    // Built when it is first opened: 50 questions with ten passages each would be slow to lay out.
    item.addEventListener("toggle", () => { if (item.open && item.childElementCount === 1) item.append(detailOf(row)); });
    return item;
  }

  // ---- Controls
  const chips = make("div", "chips");
  chips.role = "group";
  chips.ariaLabel = "Cause of the error";
  const controls = make("div", "controls");
  const facets = make("div", "controls");
  const list = make("div", "list");
  const told = make("p", "");
  told.role = "status";
  const pager = make("div", "pager");
  const clear = make("button", "", "Show all questions");
  clear.type = "button";
  clear.addEventListener("click", () => restore(""));
  const selects = {};

  function chip(cause, name, number) {
    const button = make("button", "", cause ? badge(cause) : name, make("small", "", count(number)));
    button.type = "button";
    button.dataset.cause = cause;
    button.addEventListener("click", () => update({cause}));
    return button;
  }
  function buildChips() {
    const numbers = new Map();
    for (const row of rows) numbers.set(causeOf(row), (numbers.get(causeOf(row)) ?? 0) + 1);
    chips.append(chip("", "All", rows.length));
    const order = [...Object.keys(data.causes), ...[...numbers.keys()].filter((cause) => !(cause in data.causes)).sort()];
    for (const cause of order) if (numbers.has(cause)) chips.append(chip(cause, "", numbers.get(cause)));
    chips.hidden = numbers.size < 2;
  }
  function select(name, label, options, into) {
    const node = make("select");
    for (const [value, text] of options) node.append(new Option(text, value));
    node.addEventListener("change", () => update({[name]: node.value}));
    selects[name] = node;
    into.append(make("label", "", label, node));
  }
  const search = make("input");
  function buildControls() {
    search.type = "search";
    search.placeholder = "in questions, answers and ids";
    let timer = 0;
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => update({q: search.value}), 150);
    });
    controls.append(make("label", "search", "Search", search));
    select("sort", "Sort by", Object.entries(SORTS).map(([value, [text]]) => [value, text]), controls);
    for (const [name, label] of Object.entries(FACETS)) {
      const values = [...new Set(rows.map((row) => row[name]).filter((value) => value !== undefined))];
      if (values.length > 1) select(name, label, [["", "All"], ...values.map((value) => [value, words(value)])], facets);
    }
  }
  const haystacks = new Map();
  function haystack(row) {
    if (!haystacks.has(row)) haystacks.set(row, [row.id, row.question, row.prediction ?? "", ...(row.gold ?? [])].join("\n").toLowerCase());
    return haystacks.get(row);
  }
  function selected() {
    const needles = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = rows.filter((row) =>
      (!state.id || row.id === state.id)
      && (!state.cause || causeOf(row) === state.cause)
      && Object.keys(FACETS).every((name) => !state[name] || row[name] === state[name])
      && needles.every((needle) => haystack(row).includes(needle)));
    const order = SORTS[state.sort]?.[1];
    return order ? kept.sort(order) : kept;
  }
  function update(changes) {
    Object.assign(state, {page: 1, id: ""}, changes);
    shown = selected();
    const said = Object.entries(state).filter(([name, value]) => value && !(name === "page" && value === 1));
    history.replaceState(null, "", said.length ? `#questions?${new URLSearchParams(said)}` : "#questions");
    draw();
  }
  function turn(page) {
    update({page, id: state.id});
    controls.scrollIntoView();
    list.querySelector("summary")?.focus({preventScroll: true});
  }
  function pageButton(text, page, allowed) {
    const button = make("button", "", text);
    button.type = "button";
    button.disabled = !allowed;
    button.addEventListener("click", () => turn(page));
    return button;
  }
  function draw() {
    const pages = Math.max(Math.ceil(shown.length / PAGE), 1);
    state.page = Math.min(Math.max(Number(state.page) || 1, 1), pages);
    const first = (state.page - 1) * PAGE;
    const part = shown.slice(first, first + PAGE);
    list.replaceChildren(...part.map(itemOf));
    if (!part.length) list.append(make("p", "empty", "No question is left by these filters."));
    if (part.length === 1) list.firstElementChild.open = true;
    const of = shown.length === rows.length ? "" : ` (of ${count(rows.length)} in all)`;
    told.textContent = part.length ? `Questions ${count(first + 1)} to ${count(first + part.length)} of ${count(shown.length)}${of}` : "No questions";
    pager.replaceChildren(pageButton("First", 1, state.page > 1), pageButton("Previous", state.page - 1, state.page > 1),
      make("span", "", `Page ${count(state.page)} of ${count(pages)}`), pageButton("Next", state.page + 1, state.page < pages),
      pageButton("Last", pages, state.page < pages));
    pager.hidden = pages === 1;
    clear.hidden = shown.length === rows.length;
    for (const button of chips.children) button.ariaPressed = String(button.dataset.cause === state.cause);
    for (const [name, node] of Object.entries(selects)) node.value = state[name];
    if (document.activeElement !== search) search.value = state.q;
  }
  function restore(query) {
    const said = new URLSearchParams(query);
    const fresh = {cause: "", q: "", sort: "", page: 1, id: ""};
    for (const name of Object.keys(FACETS)) fresh[name] = "";
    for (const name of Object.keys(fresh)) if (said.has(name)) fresh[name] = said.get(name);
    update(fresh);
  }
  function follow() {
    if (!location.hash.startsWith("#questions?")) return;
    restore(location.hash.slice("#questions?".length));
    document.getElementById("questions").scrollIntoView();
  }
  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    if (event.key === "/") {
      event.preventDefault();
      search.focus();
    } else if (event.key === "j" || event.key === "k") {
      const all = [...list.querySelectorAll(".question > summary")];
      const at = all.findIndex((node) => node.parentElement.contains(document.activeElement));
      all[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), all.length - 1)]?.focus();
    }
  }
  buildChips();
  buildControls();
  const hint = make("span", "keys", make("kbd", "", "/"), " search  ", make("kbd", "", "j"), " ", make("kbd", "", "k"), " next, previous  ",
    make("kbd", "", "Enter"), " open");
  browser.append(chips, controls, facets, make("div", "status", told, clear, hint), list, pager);
  draw();
  follow();
  addEventListener("hashchange", follow);
  addEventListener("keydown", keys);
})();
