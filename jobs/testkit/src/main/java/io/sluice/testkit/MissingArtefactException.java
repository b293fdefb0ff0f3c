package io.sluice.testkit;

import java.io.IOException;

/** A file that Maven could not be made to fetch. */
public final class MissingArtefactException extends IOException {

    MissingArtefactException(String message) {
        super(message);
    }
}
