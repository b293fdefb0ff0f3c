package io.sluice.testkit;

import java.util.Locale;

/** Whose server a distribution is. */
public enum Product {
    ELASTICSEARCH,
    OPENSEARCH;

    /** As in file names, settings and class paths. */
    String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the names of its environment variables begin with. */
    String variablePrefix() {
        return this == ELASTICSEARCH ? "ES" : "OPENSEARCH";
    }
}
