package io.sluice.capture.topic;

/** Is told how far a long walk through a topic or a file is, as often as it likes. */
@FunctionalInterface
public interface TopicProgress {

    /** Tells how many records of how many. */
    void at(long done, long total);
}
