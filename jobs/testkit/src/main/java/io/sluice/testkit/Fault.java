package io.sluice.testkit;

import java.time.Duration;

/** What a {@link FaultRelay} does to one request. */
public sealed interface Fault {

    /** Answers with an error of its own; the node behind never sees the request. */
    record Refuse(int status) implements Fault {}

    /** Lets the node do what was asked, then tells the client an error instead of the node's answer. */
    record ApplyThenRefuse(int status) implements Fault {}

    /** Waits before it forwards the request; the connection is idle meanwhile. */
    record Delay(Duration time) implements Fault {}

    /** Lets the node do what was asked, hands on the beginning of its answer, then closes the connection. */
    record CutAnswer() implements Fault {}

    /** Hands on the head and a part of the body, then closes both connections: the node never has it whole. */
    record CutRequest() implements Fault {}
}
