package io.sluice.control.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StackTraceTextTest {

    @Test
    void findsTheInnermostCause() {
        String trace = """
                org.apache.flink.runtime.JobException: Recovery is suppressed
                \tat org.apache.flink.runtime.A.b(A.java:1)
                Caused by: java.lang.RuntimeException: outer
                \tat x.Y.z(Y.java:2)
                \t... 7 more
                Caused by: java.io.IOException: the disk is full
                \tat x.Y.z(Y.java:3)
                """;

        assertThat(StackTraceText.rootCause(trace)).isEqualTo("IOException: the disk is full");
    }

    @Test
    void takesTheLastLineOfATraceWithoutCauses() {
        assertThat(StackTraceText.rootCause("Internal error.\n<Exception on server side:\njava.lang.E: x\n\tat a.B\n"))
                .isEqualTo("E: x");
        assertThat(StackTraceText.rootCause("Job not found.")).isEqualTo("Job not found.");
        assertThat(StackTraceText.rootCause(" \n")).isEqualTo("no reason given");
    }
}
