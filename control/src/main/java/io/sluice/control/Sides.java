package io.sluice.control;

import io.sluice.config.ClusterConfig;
import io.sluice.config.ConfigurationException;
import io.sluice.config.MigrationConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which of the two clusters a command is about: {@code --source}, {@code --target}, or, without either, both. */
final class Sides {

    @ArgGroup(exclusive = true)
    private Choice choice = new Choice();

    private static final class Choice {
        @Option(names = "--source", description = "Only the source.")
        private boolean source;

        @Option(names = "--target", description = "Only the target.")
        private boolean target;
    }

    /** The clusters that were chosen, by the name of their section. */
    Map<String, ClusterConfig> of(Invocation invocation) throws ConfigurationException, CommandException {
        MigrationConfig config = invocation.config();
        Map<String, ClusterConfig> sides = new LinkedHashMap<>();
        if (config.source() != null && !choice.target) {
            sides.put("source", config.source());
        }
        if (config.target() != null && !choice.source) {
            sides.put("target", config.target());
        }
        if (sides.isEmpty()) {
            String missing = choice.source ? "source" : choice.target ? "target" : "source nor target";
            throw CommandException.wrongUsage(
                    invocation.configFile() + " has no " + missing + ". Add the section, with an endpoint.");
        }
        return sides;
    }

    /** The one cluster that was chosen, or the only one there is. */
    Map.Entry<String, ClusterConfig> one(Invocation invocation) throws ConfigurationException, CommandException {
        Map<String, ClusterConfig> sides = of(invocation);
        if (sides.size() > 1) {
            throw CommandException.wrongUsage("Two clusters are configured. Say which: --source or --target.");
        }
        return sides.entrySet().iterator().next();
    }
}
