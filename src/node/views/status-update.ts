import type { XmlElement } from "../../xml/element.ts";
import { StatusDraft } from "../status/status-draft.ts";
import type { ViewKeeper } from "./view-keeper.ts";

/** The changes of the status in the present step: they leave as one update. */
export class StatusUpdate {
  readonly #views: Pick<ViewKeeper, "change" | "cib" | "isLeading">;
  #draft: StatusDraft | undefined;

  constructor(views: Pick<ViewKeeper, "change" | "cib" | "isLeading">) {
    this.#views = views;
  }

  /** Where changes of this step go; begun when it is first asked for. */
  draft(): StatusDraft {
    this.#draft ??= new StatusDraft(this.#views.cib);
    return this.#draft;
  }

  /** The document with the changes of this step. */
  get cib(): XmlElement {
    return this.#draft?.cib ?? this.#views.cib;
  }

  /** Puts what was changed into the document, if this node leads its view; what follows goes into the next update. */
  flush(): void {
    const draft = this.#draft;
    this.#draft = undefined;
    if (draft?.isChanged && this.#views.isLeading) this.#views.change(draft.cib, false);
  }

  /** Nothing of it leaves any more. */
  drop(): void {
    this.#draft = undefined;
  }
}
