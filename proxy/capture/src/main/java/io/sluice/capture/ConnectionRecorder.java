package io.sluice.capture;

/** Records the exchanges of one client connection, all into one partition. Used by one thread at a time. */
public interface ConnectionRecorder {

    /** Which connection of this run of the proxy it is, from 1. */
    long id();

    /**
     * Begins the next exchange; the order of calls is the order in which the client sent the requests.
     *
     * @param write whether it may change data: only then does anybody wait for it
     * @param answerStripped whether the answer will lack what the client's own filter takes away
     */
    ExchangeRecorder exchange(boolean write, boolean answerStripped);

    /** The connection is over. Exchanges that are open go on until their answers end. */
    void close();
}
