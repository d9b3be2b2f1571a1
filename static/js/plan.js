// Charts beside their tables, and buttons that copy a sentence. Nothing here says what the page
// does not say without scripts.
/* global Chart */

const tokens = getComputedStyle(document.documentElement);
const colour = (name) => tokens.getPropertyValue(name).trim();
const key = colour("--color-primitive-green-900");
const soft = colour("--color-primitive-green-300");
const grey = colour("--color-neutral-solid-gray-600");
const black = colour("--color-neutral-black");
const line = colour("--color-neutral-solid-gray-300");

// Told apart by form as well as by colour.
const LOOKS = {
  bar: {
    value: { backgroundColor: key, borderColor: key, borderWidth: 2, pointStyle: "rect" },
    people: { backgroundColor: soft, borderColor: key, borderWidth: 2, pointStyle: "rect" },
    target: {
      type: "line", showLine: false, pointStyle: "line", pointRadius: 20, pointHoverRadius: 22,
      borderColor: black, pointBorderColor: black, pointBorderWidth: 4, order: -1,
    },
  },
  line: {
    value: { borderColor: key, backgroundColor: key, borderWidth: 3, pointRadius: 4 },
    before: {
      borderColor: grey, backgroundColor: grey, borderWidth: 2, borderDash: [6, 4],
      pointRadius: 3, pointStyle: "rect",
    },
    target: {
      borderColor: black, backgroundColor: black, borderWidth: 2, borderDash: [2, 3],
      pointRadius: 0, pointStyle: "line",
    },
  },
};

function draw(figure) {
  const data = JSON.parse(figure.dataset.chart);
  const words = (value) => (value === null ? "―" : `${value.toLocaleString("ja-JP")}${data.unit}`);
  figure.hidden = false;
  return new Chart(figure.querySelector("canvas"), {
    type: data.kind,
    data: {
      // Years in two lines: on a phone every second one would be left out.
      labels: data.labels.map((label) => label.split(/(?=年度)/)),
      datasets: data.series.map((one) => ({
        label: one.label, data: one.values, ...LOOKS[data.kind][one.style],
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { grid: { display: false }, ticks: { autoSkip: true, maxRotation: 0 } },
        y: {
          beginAtZero: true, grid: { color: line }, ticks: { precision: 0 },
          title: { display: true, text: data.unit },
        },
      },
      plugins: {
        legend: {
          position: "bottom",
          labels: { usePointStyle: true, padding: 16, sort: (a, b) => a.datasetIndex - b.datasetIndex },
        },
        tooltip: {
          callbacks: { label: (item) => `${item.dataset.label} ${words(item.raw)}` },
        },
      },
    },
  });
}

Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
Chart.defaults.font.size = 14;
Chart.defaults.color = colour("--color-neutral-solid-gray-900");
const charts = [...document.querySelectorAll("[data-chart]")].map(draw);
// Paper has another width than the screen.
for (const moment of ["beforeprint", "afterprint"]) {
  addEventListener(moment, () => charts.forEach((chart) => chart.resize()));
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const box = button.parentElement;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.querySelector("[data-copy-text]").textContent);
    box.querySelector("[role=status]").textContent = button.dataset.copy;
  });
}
