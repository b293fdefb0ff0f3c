package io.sluice.snapshot;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.model.StsException;

/** Says what an S3 failure means for whoever configured the repository. */
final class S3Errors {

    private S3Errors() {}

    /** @param doing what was tried, as it follows "Cannot" */
    static IOException translate(SdkException failure, RepositoryLocation.S3 location, String blob, String doing) {
        if (failure instanceof StsException sts) {
            return new RepositoryException(
                    "Cannot assume %s for %s: %s. Check the role's name, and that its trust policy names whoever the credentials belong to."
                            .formatted(location.role(), location.describe(), withoutFullStop(sts.getMessage())),
                    failure);
        }
        if (failure instanceof AwsServiceException answer) {
            return refused(answer, location, blob, doing);
        }
        Throwable reason = connectionFailure(failure);
        if (reason != null) {
            return new RepositoryException(
                    "Cannot reach %s for %s: %s. Is the address right, and may this host connect to it?"
                            .formatted(endpoint(location), location.describe(), named(reason)),
                    failure);
        }
        String what = "Cannot %s in %s".formatted(doing, location.describe());
        return isAboutCredentials(failure)
                ? unusable(failure, location, what)
                : new IOException("%s: %s.".formatted(what, withoutFullStop(failure.getMessage())), failure);
    }

    /** The SDK has no type for it. */
    private static boolean isAboutCredentials(SdkException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("credentials") || message.contains("rofile");
    }

    /** No client could be made: no region, no such profile, a role that may not be assumed. */
    static RepositoryException unusable(RuntimeException failure, RepositoryLocation.S3 location) {
        return unusable(failure, location, "Cannot open " + location.describe());
    }

    private static RepositoryException unusable(RuntimeException failure, RepositoryLocation.S3 location, String what) {
        return new RepositoryException(
                "%s: %s. Check region%s, and that the AWS default credentials are there."
                        .formatted(
                                what,
                                withoutFullStop(failure.getMessage()),
                                location.profile() == null ? "" : ", profile"),
                failure);
    }

    private static IOException refused(
            AwsServiceException answer, RepositoryLocation.S3 location, String blob, String doing) {
        String code = answer.awsErrorDetails() == null
                ? ""
                : String.valueOf(answer.awsErrorDetails().errorCode());
        String said = "%d %s".formatted(answer.statusCode(), code).strip();
        if (code.equals("NoSuchBucket")) {
            return new RepositoryException(
                    "There is no bucket \"%s\" at %s. Check bucket, region and endpoint."
                            .formatted(location.bucket(), endpoint(location)),
                    answer);
        }
        if (answer.statusCode() == 416) {
            return new CorruptBlobException(blob, 0, "a range to read (" + doing + ")", "a shorter object", answer);
        }
        return switch (answer.statusCode()) {
            case 404 -> missing(answer, location, blob);
            case 401, 403 ->
                new RepositoryException(
                        "Not allowed to %s in %s (%s). The credentials need s3:GetObject and s3:ListBucket there; check them, profile and role."
                                .formatted(doing, location.describe(), said),
                        answer);
            case 301, 307, 400 ->
                new RepositoryException(
                        "Cannot %s in %s (%s): %s. Check region, endpoint and path_style."
                                .formatted(doing, location.describe(), said, withoutFullStop(answer.getMessage())),
                        answer);
            default ->
                new IOException(
                        "Cannot %s in %s (%s): %s."
                                .formatted(doing, location.describe(), said, withoutFullStop(answer.getMessage())),
                        answer);
        };
    }

    private static IOException missing(AwsServiceException answer, RepositoryLocation.S3 location, String blob) {
        NoSuchFileException missing =
                new NoSuchFileException(blob, null, "there is no such blob in " + location.describe());
        missing.initCause(answer);
        return missing;
    }

    private static @Nullable Throwable connectionFailure(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof UnknownHostException || t instanceof ConnectException) {
                return t;
            }
        }
        return null;
    }

    private static String named(Throwable reason) {
        return reason instanceof UnknownHostException ? "the host is unknown" : withoutFullStop(reason.getMessage());
    }

    private static String endpoint(RepositoryLocation.S3 location) {
        return location.endpoint() == null ? "S3" : location.endpoint().toString();
    }

    private static String withoutFullStop(@Nullable String message) {
        String text = String.valueOf(message);
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }
}
