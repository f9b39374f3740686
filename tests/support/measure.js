// Copyright: Contributors to the otc.teardown project
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Measures copies of pages in frames: `pages` (name -> text) at each of `widths`. Contrast as in WCAG 2.2, 1.4.3 and 1.4.11.

const channels = text => {
  const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
  return {rgb: [red, green, blue], alpha};
};
const over = (rgb, alpha, below) => rgb.map((value, n) => value * alpha + below[n] * (1 - alpha));
const luminance = rgb => {
  const [red, green, blue] = rgb.map(value => value / 255).map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

// Element -> the color of what lies below its content, and how far the element and those around it let it through.
function grounds(document, style) {
  const known = new Map(), dark = document.defaultView.matchMedia("(prefers-color-scheme: dark)").matches &&
    style(document.documentElement).colorScheme.includes("dark");
  const ground = element => {
    if (!element) return {rgb: dark ? [18, 18, 18] : [255, 255, 255], opacity: 1};
    if (!known.has(element)) {
      const below = ground(element.parentElement), {backgroundColor, opacity} = style(element), own = channels(backgroundColor);
      known.set(element, {rgb: over(own.rgb, own.alpha, below.rgb), opacity: below.opacity * Number(opacity)});
    }
    return known.get(element);
  };
  return ground;
}

function faintTexts(document, style, ground) {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), faint = [];
  let texts = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!node.data.trim() || !box.width || element.closest(".unseen, style")) continue;
    const {color, fontSize, fontWeight} = style(element), size = parseFloat(fontSize);
    const {rgb, opacity} = ground(element), own = channels(color);
    const ratio = contrast(over(own.rgb, own.alpha * opacity, rgb), rgb);
    const large = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
    texts += 1;
    if (ratio < (large ? 3 : 4.5)) faint.push(`${node.data.trim().slice(0, 40)} (${element.className || element.tagName}): ${ratio.toFixed(2)}`);
  }
  return {texts, faint};
}

function faintShapes(document, style, ground) {
  return [...document.querySelectorAll(".bar i, .key")].filter(shape => shape.getBoundingClientRect().width).flatMap(shape => {
    const ratio = contrast(channels(style(shape).backgroundColor).rgb, ground(shape.parentElement).rgb);
    return ratio < 3 ? [`${shape.className}: ${ratio.toFixed(2)}`] : [];
  });
}

function measure(page, width, frame) {
  const {contentDocument: document, contentWindow: window} = frame, style = element => window.getComputedStyle(element);
  const all = [...document.body.querySelectorAll("*")].filter(one => !one.closest(".unseen"));
  const name = one => `${one.tagName.toLowerCase()}.${one.className}: ${one.textContent.trim().slice(0, 40)}`;
  const ground = grounds(document, style), {texts, faint} = faintTexts(document, style, ground);
  return {
    page, width, texts, faint: [...new Set([...faint, ...faintShapes(document, style, ground)])],
    dark: window.matchMedia("(prefers-color-scheme: dark)").matches,
    scrolls: document.documentElement.scrollWidth > window.innerWidth,
    beyond: all.filter(one => one.getBoundingClientRect().right > window.innerWidth + 0.5).map(name).slice(0, 5),
    clipped: all.filter(one => style(one).overflowX !== "visible" && one.clientWidth && one.scrollWidth > one.clientWidth + 1).map(name).slice(0, 5),
  };
}

async function measured(page, text, width) {
  const frame = document.createElement("iframe");
  frame.style = `border: 0; width: ${width}px; height: 900px`;
  frame.srcdoc = text;
  const loaded = new Promise(done => frame.onload = done);
  document.body.append(frame);
  await loaded;
  frame.contentDocument.querySelectorAll("details").forEach(one => one.open = true);
  const found = measure(page, width, frame);
  frame.remove();
  return found;
}

(async () => {
  const found = [];
  for (const [page, text] of Object.entries(pages)) for (const width of widths) found.push(await measured(page, text, width));
  document.getElementById("found").textContent = JSON.stringify(found);
})();
