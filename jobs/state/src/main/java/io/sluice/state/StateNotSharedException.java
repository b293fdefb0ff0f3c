package io.sluice.state;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/** A host does not see the migration's state folder. The job ends at once: starting it again would not help. */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class StateNotSharedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StateNotSharedException(String message) {
        super(message);
    }
}
