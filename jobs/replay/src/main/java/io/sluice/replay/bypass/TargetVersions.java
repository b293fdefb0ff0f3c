package io.sluice.replay.bypass;

import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * The highest versions of documents at the target for which writes of a sender were refused, as they were fenced lower. All that this sender knows: what
 * it said before does not count any more.
 *
 * @param highest by index of the source
 */
public record TargetVersions(int subtask, Map<String, Long> highest) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    private static final Pattern CURRENT = Pattern.compile("current version \\[(\\d{1,18})\\]");

    public TargetVersions {
        highest = Map.copyOf(highest);
    }

    /** The version that a target has, by its words for a conflict; empty where they do not say it. */
    public static OptionalLong current(String reason) {
        Matcher matcher = CURRENT.matcher(reason);
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
