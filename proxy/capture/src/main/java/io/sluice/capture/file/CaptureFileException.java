package io.sluice.capture.file;

import java.io.IOException;

/** A file that is no capture, or a damaged one, or one that was cut. The message says where. */
public final class CaptureFileException extends IOException {

    private static final long serialVersionUID = 1L;

    CaptureFileException(String message) {
        super(message);
    }
}
