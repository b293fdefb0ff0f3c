package io.sluice.capture.topic;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something with Kafka, or with a topic there, is not as it must be. The message is for the operator and holds no secret. */
public final class TopicException extends IOException {

    private static final long serialVersionUID = 1L;

    TopicException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    TopicException(String message) {
        super(message);
    }
}
