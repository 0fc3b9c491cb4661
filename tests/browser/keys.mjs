// A person who has a keyboard and nothing else; every key is counted.

export class Hands {
  constructor(page) {
    this.page = page;
    this.strokes = 0;
  }

  async press(key) {
    this.strokes += 1;
    await this.page.keyboard.press(key);
  }

  // Presses Tab until the element with this role and name has the focus; its focus must be seen.
  async reach(role, name, most = 200) {
    const wanted = (await this.page.getByRole(role, { name }).first().elementHandle({ timeout: 10_000 }))
      ?? (() => { throw new Error(`no ${role} "${name}" on ${this.page.url()}`); })();
    await this.reachElement(wanted, `${role} "${name}"`, most);
  }

  async reachElement(wanted, what, most = 200) {
    for (let n = 0; n < most; n++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) {
        const seen = await wanted.evaluate((element) => {
          const style = getComputedStyle(element);
          return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
        });
        if (!seen) throw new Error(`the focus on ${what} is not seen`);
        return;
      }
      await this.press("Tab");
    }
    throw new Error(`Tab does not reach ${what} on ${this.page.url()}`);
  }

  async type(text) {
    this.strokes += text.length;
    await this.page.keyboard.type(text);
  }

  // Replaces what stands in the focused field.
  async retype(text) {
    await this.press("ControlOrMeta+a");
    await this.type(text);
  }

  async fill(label, text) {
    await this.reach("textbox", label);
    await this.retype(text);
  }

  // Enter on a link or a button, and the page that follows.
  async go(role, name) {
    await this.reach(role, name);
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.press("Enter")]);
  }

  // Chooses a file in the dialogue that the space bar opens.
  async choose(field, path) {
    const input = await this.page.locator(`input[type=file][name=${field}]`).elementHandle();
    await this.reachElement(input, `the file field ${field}`);
    const [chooser] = await Promise.all([this.page.waitForEvent("filechooser"), this.press("Space")]);
    this.strokes += path.split("/").pop().length + 1;
    await chooser.setFiles(path);
  }
}
