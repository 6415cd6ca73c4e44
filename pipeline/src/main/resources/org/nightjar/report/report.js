// Draws the charts from the tables of the page, sorts tables, and switches themes. Without it the page is whole:
// every figure stands in a table.
(() => {
  "use strict";
  const root = document.documentElement;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();

  const escaped = (text) =>
    String(text).replace(/[&<>"']/g, (c) => "&#" + c.charCodeAt(0) + ";");
  const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const palette = () => [1, 2, 3, 4, 5, 6, 7, 8].map((n) => colour("c" + n));
  const short = (number) => {
    const size = Math.abs(number);
    if (size >= 1e9) return +(number / 1e9).toPrecision(3) + "G";
    if (size >= 1e6) return +(number / 1e6).toPrecision(3) + "M";
    if (size >= 1e4) return +(number / 1e3).toPrecision(3) + "k";
    return String(+number.toPrecision(4));
  };

  /** What a table says: heads of its columns, and its rows with texts and figures. */
  function read(figure) {
    const table = figure.querySelector("table");
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const rows = [...table.tBodies[0].rows].map((row) => ({
      head: row.cells[0].querySelector("bdi").textContent,
      marked: row.classList.contains("marked"),
      cells: [...row.cells].slice(1).map((cell) => ({
        text: (cell.querySelector("bdi, strong") || cell).textContent,
        small: cell.querySelector("small")?.textContent || "",
        value: cell.dataset.v === undefined ? null : Number(cell.dataset.v),
        low: cell.dataset.low === undefined ? null : Number(cell.dataset.low),
        high: cell.dataset.high === undefined ? null : Number(cell.dataset.high),
      })),
    }));
    return { heads, rows, options: figure.dataset };
  }

  function shared(width) {
    const ink = colour("soft");
    return {
      animation: !calm.matches,
      animationDuration: 250,
      aria: { enabled: false },
      color: palette(),
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
      grid: { left: 8, right: 18, top: 12, bottom: 8, containLabel: true },
      tooltip: {
        confine: true,
        backgroundColor: colour("card"),
        borderColor: colour("line"),
        textStyle: { color: colour("ink"), fontSize: 13 },
        extraCssText: "max-width:" + Math.max(160, width - 40) + "px;white-space:normal;overflow-wrap:anywhere",
      },
    };
  }

  const axis = () => ({
    axisLine: { lineStyle: { color: colour("line") } },
    axisTick: { show: false },
    axisLabel: { color: colour("soft"), fontSize: 12, hideOverlap: true },
    splitLine: { lineStyle: { color: colour("line"), opacity: 0.6 } },
  });
  const values = () => ({ ...axis(), type: "value", axisLine: { show: false }, axisLabel: { ...axis().axisLabel, formatter: short } });
  const names = (rows, width) => ({
    ...axis(),
    type: "category",
    data: rows.map((row) => row.head),
    splitLine: { show: false },
    axisLabel: { ...axis().axisLabel, width, overflow: "truncate" },
  });
  const clipped = (name) => (name.length > 28 ? name.slice(0, 27) + "…" : name);
  const legend = () => ({ formatter: clipped, top: 0, left: 0, itemWidth: 12, itemHeight: 8, icon: "roundRect", type: "plain", textStyle: { color: colour("soft") } });

  const tip = (head, lines) =>
    "<b>" + escaped(head) + "</b>" + lines.map((line) => "<br>" + escaped(line)).join("");

  function bars({ heads, rows, options }, width) {
    const columns = options.column ? [Number(options.column)] : heads.map((h, i) => i).slice(1);
    const flat = options.horizontal === "yes";
    const stack = options.stack === "yes";
    const several = columns.length > 1;
    const category = names(flat ? [...rows].reverse() : rows, flat ? Math.min(180, width * 0.36) : undefined);
    const ordered = flat ? [...rows].reverse() : rows;
    const lines = several ? Math.ceil((columns.reduce((n, c) => n + clipped(heads[c]).length + 5, 0) * 7) / width) : 0;
    return {
      height: flat ? Math.max(90, rows.length * (several && !stack ? 30 : 26) + 36 + lines * 24) : 210 + lines * 24,
      option: {
        ...shared(width),
        grid: { ...shared(width).grid, top: several ? 10 + lines * 24 : 12 },
        legend: several ? legend() : undefined,
        xAxis: flat ? values() : category,
        yAxis: flat ? category : values(),
        tooltip: {
          ...shared(width).tooltip,
          trigger: "axis",
          axisPointer: { type: "shadow" },
          formatter: (points) => {
            const row = ordered[points[0].dataIndex];
            return tip(row.head, several
              ? columns.map((c) => heads[c] + ": " + row.cells[c - 1].text)
              : heads.slice(1).map((h, i) => h + ": " + row.cells[i].text));
          },
        },
        series: columns.map((column, at) => ({
          type: "bar",
          name: heads[column],
          stack: stack ? "all" : undefined,
          barCategoryGap: options.histogram === "yes" ? "6%" : "28%",
          barMaxWidth: options.histogram === "yes" ? undefined : 26,
          itemStyle: { borderRadius: stack ? 0 : flat ? [0, 2, 2, 0] : [2, 2, 0, 0], color: several && !stack && at === 1 ? colour("quiet") : undefined },
          data: ordered.map((row) => row.cells[column - 1].value),
        })),
      },
    };
  }

  function lines({ heads, rows }, width) {
    const several = heads.length > 2;
    return {
      height: 240,
      option: {
        ...shared(width),
        grid: { ...shared(width).grid, top: several ? 36 : 12 },
        legend: several ? legend() : undefined,
        xAxis: { ...names(rows), boundaryGap: false },
        yAxis: values(),
        tooltip: {
          ...shared(width).tooltip,
          trigger: "axis",
          formatter: (points) => {
            const row = rows[points[0].dataIndex];
            return tip(row.head, row.cells.map((cell, i) => heads[i + 1] + ": " + cell.text));
          },
        },
        series: heads.slice(1).map((name, at) => ({
          type: "line",
          name,
          showSymbol: rows.length < 20, // a single night has no line
          lineStyle: { width: 1.5 },
          areaStyle: several ? undefined : { opacity: 0.12 },
          data: rows.map((row) => row.cells[at].value),
        })),
      },
    };
  }

  function intervals({ heads, rows }, width) {
    const ordered = [...rows].reverse();
    const quiet = colour("quiet");
    return {
      height: rows.length * 30 + 40,
      option: {
        ...shared(width),
        grid: { ...shared(width).grid, right: 56 },
        xAxis: values(),
        yAxis: names(ordered, Math.min(150, width * 0.36)),
        tooltip: {
          ...shared(width).tooltip,
          trigger: "axis",
          axisPointer: { type: "shadow" },
          formatter: (points) => {
            const row = ordered[points[0].dataIndex];
            return tip(row.head, [heads[1] + ": " + row.cells[0].text, row.cells[0].small].filter(Boolean));
          },
        },
        series: [
          {
            type: "bar",
            barMaxWidth: 14,
            label: { show: false },
            data: ordered.map((row) => ({
              value: row.cells[0].value,
              itemStyle: { color: row.marked ? colour("c1") : quiet, borderRadius: [0, 2, 2, 0] },
            })),
          },
          {
            type: "custom",
            silent: true,
            z: 3,
            data: ordered.map((row, at) => [row.cells[0].low, row.cells[0].high, at, row.cells[0].value]),
            encode: { x: [0, 1, 3], y: 2 },
            renderItem: (params, api) => {
              const value = api.coord([api.value(3), api.value(2)]);
              const text = {
                type: "text",
                style: { text: ordered[params.dataIndex].cells[0].text, x: 0, y: value[1], fill: colour("ink"), fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily, verticalAlign: "middle" },
              };
              const end = Number.isNaN(api.value(1)) ? value : api.coord([api.value(1), api.value(2)]);
              text.style.x = Math.max(end[0], value[0]) + 8;
              if (ordered[params.dataIndex].cells[0].low === null) return text;
              const from = api.coord([api.value(0), api.value(2)]);
              const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: colour("ink"), lineWidth: 1.5 } });
              return {
                type: "group",
                children: [
                  line(from[0], from[1], end[0], end[1]),
                  line(from[0], from[1] - 4, from[0], from[1] + 4),
                  line(end[0], end[1] - 4, end[0], end[1] + 4),
                  text,
                ],
              };
            },
          },
        ],
      },
    };
  }

  /** Points joined in their order: a series per column over the head, or per head over the second column. */
  function curve({ heads, rows, options }, width) {
    const overHead = options.x === "head";
    const groups = overHead
      ? heads.slice(1).map((name, at) => ({ name, points: rows.map((row) => ({ value: [Number(row.head), row.cells[at].value], row })) }))
      : [...new Set(rows.map((row) => row.head))].map((name) => ({
          name,
          points: rows.filter((row) => row.head === name).map((row) => ({ value: [row.cells[1].value, row.cells[2].value], row })),
        }));
    const rowsOfLegend = Math.ceil((groups.reduce((n, g) => n + clipped(g.name).length + 6, 0) * 7) / width);
    const marked = overHead ? null : rows.find((row) => row.marked)?.head;
    return {
      height: 270 + rowsOfLegend * 22,
      option: {
        ...shared(width),
        grid: { ...shared(width).grid, top: 18 + rowsOfLegend * 24, bottom: 24 },
        legend: legend(),
        xAxis: { ...values(), scale: !overHead, minInterval: groups.every((g) => g.points.every((p) => Number.isInteger(p.value[0]))) ? 1 : 0, max: overHead ? 100 : undefined, name: overHead ? heads[0] : heads[2], nameLocation: "middle", nameGap: 26 },
        yAxis: overHead
          ? { ...values(), axisLabel: { ...axis().axisLabel, formatter: (share) => short(100 * share) + " %" } }
          : { ...values(), scale: true, name: heads[3], nameTextStyle: { align: "left" } },
        tooltip: {
          ...shared(width).tooltip,
          formatter: (point) =>
            tip(overHead ? point.data.row.head + " % of the items" : point.seriesName,
              overHead
                ? point.data.row.cells.map((cell, i) => heads[i + 1] + ": " + cell.text)
                : heads.slice(1).map((h, i) => h + ": " + point.data.row.cells[i].text)),
        },
        series: groups.map((group) => ({
          type: "line",
          name: group.name,
          symbolSize: 6,
          symbol: "circle",
          lineStyle: { width: group.name === marked ? 3 : 1.5 },
          data: group.points,
        })),
      },
    };
  }

  const kinds = { bars, lines, intervals, curve };

  function draw(figure) {
    const canvas = figure.querySelector(".canvas");
    const width = canvas.clientWidth;
    if (width === 0) return; // folded away: drawn when it is opened
    const { option, height } = kinds[figure.dataset.chart](read(figure), width);
    canvas.style.height = height + "px";
    let chart = drawn.get(figure);
    if (!chart) {
      chart = echarts.init(canvas, null, { renderer: "svg" });
      drawn.set(figure, chart);
      sizes.observe(canvas);
    } else {
      chart.resize();
    }
    chart.setOption(option, true);
    canvas.dataset.width = width;
  }

  const sizes = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const canvas = entry.target;
      const width = canvas.clientWidth;
      if (width !== 0 && width !== Number(canvas.dataset.width)) draw(canvas.closest("figure"));
    }
  });

  const figures = [...document.querySelectorAll("figure[data-chart]")];
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) {
          draw(entry.target);
          if (drawn.has(entry.target)) seen.unobserve(entry.target);
        }
      }
    },
    { rootMargin: "600px" },
  );
  figures.forEach((figure) => seen.observe(figure));
  const redraw = () => drawn.forEach((chart, figure) => draw(figure));

  // Themes.
  const button = document.getElementById("theme");
  const themes = ["auto", "light", "dark"];
  const named = () => { button.textContent = "Theme: " + (root.dataset.theme || "auto"); };
  button.hidden = false;
  named();
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "auto") + 1) % themes.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      localStorage.setItem("nightjar-theme", next);
    } catch (e) {
      // Not kept, see theme.js.
    }
    named();
    redraw();
  });
  dark.addEventListener("change", redraw);

  // On paper: light, and every chart.
  let before = null;
  addEventListener("beforeprint", () => {
    before = root.dataset.theme || "";
    root.dataset.theme = "light";
    figures.forEach(draw);
  });
  addEventListener("afterprint", () => {
    if (before) root.dataset.theme = before;
    else delete root.dataset.theme;
    redraw();
  });

  // Tables: a click on a heading sorts, a second one the other way round.
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      if (!head.textContent.trim()) return;
      const sorter = document.createElement("button");
      sorter.type = "button";
      sorter.className = "sort";
      sorter.append(...head.childNodes);
      head.append(sorter);
      sorter.addEventListener("click", () => {
        const numeric = head.classList.contains("number");
        const down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : numeric;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => (numeric ? Number(row.cells[at].dataset.v ?? NaN) : row.cells[at].textContent);
        const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
        rows.sort(([a], [b]) => {
          if (!numeric) return (down ? -1 : 1) * a.localeCompare(b, "en", { numeric: true });
          if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
          return down ? b - a : a - b;
        });
        table.tBodies[0].append(...rows.map(([, row]) => row));
      });
    });
  }

  // One of several pictures at a time.
  document.querySelectorAll(".picker").forEach((picker, number) => {
    const sheets = [...picker.querySelectorAll(":scope > figure")];
    if (sheets.length < 2) return;
    const label = document.createElement("label");
    label.className = "choice";
    label.htmlFor = "picker-" + number;
    label.textContent = picker.dataset.label;
    const select = document.createElement("select");
    select.id = "picker-" + number;
    sheets.forEach((sheet, at) => select.add(new Option(sheet.querySelector("h4").textContent, at)));
    const show = () => sheets.forEach((sheet, at) => { sheet.hidden = at !== Number(select.value); });
    select.addEventListener("change", show);
    picker.prepend(label, select);
    show();
  });

  // The language of the reasons.
  const language = document.getElementById("language-choice");
  if (language) {
    language.closest("p").hidden = false;
    const say = () => { root.dataset.say = language.value; };
    language.addEventListener("change", say);
    say();
  }

  // A link to something that is folded away unfolds it.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();
})();
