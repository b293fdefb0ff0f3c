package io.sluice.proxy.answer;

import java.io.IOException;

/**
 * An answer of the source that is not what its headers say, or stops before its end: the client cannot get what it asked
 * for, nor anything else that would be true. Has no cause, as a parser's messages quote what they read.
 */
public final class UnreadableAnswerException extends IOException {

    UnreadableAnswerException(AnswerFormat format, ContentCoding coding, long offset, String found) {
        super(
                ("Cannot filter the source's answer: at byte %d of its body (%s, %s) expected the rest of one document but"
                                + " found %s. Close the client's connection; the capture has the answer as it came.")
                        .formatted(offset, format, coding, found));
    }
}
