package io.sluice.snapshot;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Takes the body of an answer, and no more of it than was asked for: what follows is not waited for. */
final class BoundedBody implements HttpResponse.BodySubscriber<BoundedBody.Content> {

    private static final int FIRST_BYTES = 64 << 10;

    private final int maxBytes;
    private final CompletableFuture<Content> content = new CompletableFuture<>();
    private byte[] bytes;
    private int length;
    private Flow.@Nullable Subscription subscription;

    /** @param isCut whether the body has more bytes */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Content(byte[] bytes, boolean isCut) {}

    BoundedBody(int maxBytes) {
        this.maxBytes = maxBytes;
        this.bytes = new byte[Math.min(maxBytes, FIRST_BYTES)];
    }

    @Override
    public CompletionStage<Content> getBody() {
        return content;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            int count = Math.min(buffer.remaining(), maxBytes - length);
            if (count > bytes.length - length) {
                bytes = Arrays.copyOf(bytes, (int)
                        Math.min(maxBytes, Math.max(length + (long) count, 2L * bytes.length)));
            }
            buffer.get(bytes, length, count);
            length += count;
            if (buffer.hasRemaining()) {
                end(true);
                return;
            }
        }
    }

    private void end(boolean isCut) {
        content.complete(new Content(length == bytes.length ? bytes : Arrays.copyOf(bytes, length), isCut));
        Flow.Subscription given = subscription;
        if (isCut && given != null) {
            given.cancel();
        }
    }

    @Override
    public void onError(Throwable failure) {
        content.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        end(false);
    }
}
