// The lowest contrast (WCAG) of any text that is seen, and which: "10.23 P.brand …".
(() => {
  const numbers = (s) => (s.match(/[\d.]+/g) || []).map(Number);
  const light = (c) => c.slice(0, 3).map((x) => x / 255).map((x) => (x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4))
    .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (let p = e; p; p = p.parentElement) {
      const c = numbers(getComputedStyle(p).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  let low = 99, which = "";
  for (const e of document.querySelectorAll("body *")) {
    const style = getComputedStyle(e);
    const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!text || style.visibility === "hidden" || !e.offsetParent) continue;
    const [a, b] = [light(numbers(style.color)), light(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < low) [low, which] = [ratio, `${e.tagName}.${e.className} ${e.textContent.slice(0, 20)}`];
  }
  return `${low.toFixed(2)} ${which}`;
})()
