// Images that the user chooses, drops or pastes. The URL of a search has only the key of an image; its bytes are kept in
// this tab, so that they survive navigation and reloads.

/** The largest file that is sent unchanged. Larger images are scaled down, to a size far above that of any model input. */
const MOST_BYTES = 1_500_000;
const LONGEST_SIDE = 1536;
const KEPT = "clipstream.picture.";
const MOST_KEPT = 2;

const taken = new Map();

/** Keeps an image as `{key, name, base64, url}`; `url` is for display. */
export async function take(file) {
  const blob = file.size <= MOST_BYTES ? file : await smaller(file);
  const key = Math.random().toString(36).slice(2, 10);
  const picture = { key, name: file.name || "picture", base64: await base64(blob), url: URL.createObjectURL(blob) };
  taken.set(key, picture);
  keep(picture);
  return picture;
}

/** Returns an image of this tab, or undefined if it is not available. */
export function taking(key) {
  if (!taken.has(key)) {
    const kept = sessionStorage.getItem(KEPT + key);
    if (kept) taken.set(key, restored(key, JSON.parse(kept)));
  }
  return taken.get(key);
}

function restored(key, { name, base64: text }) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return { key, name, base64: text, url: URL.createObjectURL(new Blob([bytes])) };
}

function keep({ key, name, base64: text }) {
  const older = Object.keys(sessionStorage).filter((each) => each.startsWith(KEPT));
  for (const each of older.slice(0, Math.max(0, older.length - MOST_KEPT + 1))) sessionStorage.removeItem(each);
  try {
    sessionStorage.setItem(KEPT + key, JSON.stringify({ name, base64: text }));
  } catch {
    // storage is full: the image is available until the page is reloaded
  }
}

async function smaller(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return file; // the service may support formats that the browser does not
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.92));
}

/** Returns the bytes of a file in base64. */
export function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

const isPicture = (file) => file.type.startsWith("image/") || /\.(jpe?g|png|webp|gif|bmp|tiff?)$/i.test(file.name);

/** Returns the images among the files of a drop, a paste or a file dialog. */
export const picturesOf = (files) => [...(files ?? [])].filter(isPicture);

/**
 * Handles files that are dropped anywhere on the page.
 *
 * @param overlay shown while files are dragged over the page; its children with `data-drop` are the drop targets
 * @param dropped called with the list of files and the `data-drop` of the target
 */
export function onDrop(overlay, dropped) {
  let depth = 0;
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const hide = () => {
    depth = 0;
    overlay.hidden = true;
  };
  addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth++;
    overlay.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (hasFiles(event) && --depth <= 0) hide();
  });
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    for (const zone of overlay.children) zone.classList.toggle("over", zone.contains(event.target));
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    hide();
    dropped([...event.dataTransfer.files], event.target.closest?.("[data-drop]")?.dataset.drop);
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

/** Handles images that are pasted anywhere on the page. */
export function onPaste(pasted) {
  addEventListener("paste", (event) => {
    const files = picturesOf(event.clipboardData?.files);
    if (files.length === 0) return;
    event.preventDefault();
    pasted(files);
  });
}
