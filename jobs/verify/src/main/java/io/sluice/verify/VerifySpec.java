package io.sluice.verify;

import io.sluice.cluster.ClusterAddress;
import io.sluice.transform.CarryRules;
import io.sluice.transform.DocumentRules;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Everything the job must know. Made by whoever starts it; travels inside the job graph, credentials included, and is never
 * printed.
 *
 * @param migration names the job and its folder in the state
 * @param run names this verification among those of the migration
 * @param state the migration's state folder: a path, or a URI that Flink has a file system for
 * @param plan what is read, and what cannot be
 * @param rules by which documents were changed on their way
 * @param wanted which documents of the source were carried at all, and without which fields
 * @param source what the target is compared with
 * @param sample the part of all documents that is compared, by their ids at the target; 1 for all
 * @param repair whether differences are mended
 * @param documentsPerSecond of the source, read by all readers together; 0 for unlimited
 * @param settling how long, at most, is waited for what changes to come to rest
 */
public record VerifySpec(
        String migration,
        String run,
        String state,
        VerifyPlan plan,
        CarryRules rules,
        DocumentRules wanted,
        VerifySource source,
        ClusterAddress target,
        double sample,
        boolean repair,
        double documentsPerSecond,
        Duration settling)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** One that compares with the living source. */
    public VerifySpec(
            String migration,
            String run,
            String state,
            VerifyPlan plan,
            CarryRules rules,
            DocumentRules wanted,
            ClusterAddress source,
            ClusterAddress target,
            double sample,
            boolean repair,
            double documentsPerSecond,
            Duration settling) {
        this(
                migration,
                run,
                state,
                plan,
                rules,
                wanted,
                new VerifySource.Living(source),
                target,
                sample,
                repair,
                documentsPerSecond,
                settling);
    }

    public VerifySpec {
        if (!(sample > 0 && sample <= 1) || !(documentsPerSecond >= 0)) {
            throw new IllegalArgumentException("a sample of %s, %s documents/s".formatted(sample, documentsPerSecond));
        }
        if (repair && source instanceof VerifySource.InSnapshot) {
            throw new IllegalArgumentException("a snapshot does not tell what the target is to have now");
        }
    }

    /** The name by which the running job is found. */
    public String jobName() {
        return "sluice/" + migration + "/" + VerifyJob.NAME;
    }

    /** Where this verification leaves its files, below the state folder. */
    public String folder() {
        return VerifyJob.NAME + "/" + run;
    }

    /** Whether every document of the plan's indices is compared with what the source has. */
    boolean comparesAll() {
        return source instanceof VerifySource.Living
                && sample == 1
                && plan.only().isAll();
    }

    /** The parts of the plan. */
    List<Part> parts() {
        return plan.parts();
    }

    @Override
    public String toString() {
        return jobName();
    }
}
