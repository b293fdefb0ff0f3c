package io.sluice.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Progress;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job of this migration as it is started: what {@link JobStart} has to know of each. */
interface StartedJob {

    /** In the state and on the command line: {@code backfill}, {@code replay}. */
    String name();

    /** What is typed to start it, or to go on with it. */
    default String command() {
        return "sluice " + name() + " start";
    }

    /** In Flink. */
    String flinkName();

    int parallelism();

    /** What the job has to know, for a Flink elsewhere; credentials are in it. */
    Serializable spec();

    /** The class in the bundle whose {@code main} takes the path of the specification. */
    Class<?> main();

    /** What it wants of an embedded Flink. */
    Configuration configuration();

    /** How much an embedded Flink needs for what its subtasks send each other. */
    MemorySize network();

    void define(StreamExecutionEnvironment env) throws IOException;

    /** Makes orders of an earlier run those of the configuration. */
    ObjectNode ordersAtStart(ObjectNode orders);

    /** What is counted in the progress. */
    String unit();

    /** Tells how far it is, as its status says. */
    void tell(Progress progress, ObjectNode status);

    /** The last line of the progress. */
    String summary(ObjectNode status);
}
