package io.sluice.verify;

import io.sluice.source.DocumentPage;
import java.io.IOException;

/**
 * Reads an answer with documents in one pass that also takes the hash of each source.
 *
 * <p>Not safe for use by several threads.
 */
final class HitPage {

    private final CanonicalHash hash = new CanonicalHash();
    private final DocumentPage page = new DocumentPage(hash::of);

    /** What to do with a document. */
    @FunctionalInterface
    interface Visitor {
        /** Takes it. */
        void see(Hit hit) throws IOException;
    }

    /**
     * Reads an answer.
     *
     * @throws IOException when it is none, or was cut
     */
    void read(byte[] body, Visitor visitor) throws IOException {
        page.read(body, document -> {
            boolean hasSource = document.source() != null;
            visitor.see(new Hit(document, hasSource ? hash.high() : 0, hasSource ? hash.low() : 0, "", false));
        });
    }

    /** What the last answer says beside its documents; while it is read, what it has said so far. */
    DocumentPage answer() {
        return page;
    }
}
