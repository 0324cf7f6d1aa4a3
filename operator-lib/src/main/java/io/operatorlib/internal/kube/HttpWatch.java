package io.operatorlib.internal.kube;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A watch over HTTP: a thread of the transport reads lines and hands them over, a few at a time. */
public final class HttpWatch implements ApiWatch, Callback {
    /** Enough that reader and server overlap; beyond it the connection's own flow control slows the server. */
    private static final int HANDED_OVER = 64;

    /** Ten times what an API server stores in one object. */
    private static final long LONGEST_LINE = 16L * 1024 * 1024;

    /** A refusal is a Status; an error page longer than that helps nobody. */
    private static final long LONGEST_REFUSAL = 64L * 1024;

    private final Call call;
    private final BlockingQueue<Next> lines = new ArrayBlockingQueue<>(HANDED_OVER);
    private final CompletableFuture<Integer> opened = new CompletableFuture<>();
    private volatile String refusal = "";
    private volatile boolean closed;
    private @Nullable Thread reader;

    /** @param call is not sent before {@link #begin} */
    public HttpWatch(Call call) {
        this.call = call;
    }

    Call call() {
        return call;
    }

    /** Sends the request; completes with the status code. */
    public CompletableFuture<Integer> begin() {
        call.enqueue(this);
        return opened;
    }

    @Override
    public void onFailure(Call done, IOException e) {
        opened.completeExceptionally(e);
        over();
    }

    @Override
    public void onResponse(Call done, Response response) {
        begun(Thread.currentThread());
        try (response) {
            if (response.code() != 200) {
                refusal = refusal(response);
                opened.complete(response.code());
            } else if (opened.complete(200)) {
                read(response);
            }
            lines.put(new Ended());
        } catch (IOException e) {
            opened.completeExceptionally(e); // where it is open already, its end says all
            ended();
        } catch (InterruptedException e) {
            over();
        } finally {
            begun(null);
        }
    }

    // an interrupt must not reach the thread once it works for somebody else
    private synchronized void begun(@Nullable Thread thread) {
        reader = thread;
        boolean late = Thread.interrupted();
        if (thread != null && (closed || late)) {
            thread.interrupt();
        }
    }

    private void read(Response response) throws IOException, InterruptedException {
        var source = response.body().source();
        while (!closed && !source.exhausted()) {
            String line = source.readUtf8LineStrict(LONGEST_LINE);
            if (!line.isBlank()) {
                lines.put(new Line(line));
            }
        }
    }

    // a watch hands over no headers, so what they say of waiting goes into the Status
    private static String refusal(Response response) throws IOException {
        String text = response.peekBody(LONGEST_REFUSAL).string();
        String wait = response.header("Retry-After", "");
        JsonObject status;
        try {
            status = Json.parse(text);
        } catch (CodecException e) {
            status = new JsonObject();
            status.addProperty("kind", "Status");
            status.addProperty("code", response.code());
            status.addProperty("message", text.trim());
        }
        if (wait != null && wait.matches("[0-9]{1,9}") && Json.at(status, "details", "retryAfterSeconds") == null) {
            JsonObject details = Json.object(status, "details").deepCopy();
            details.addProperty("retryAfterSeconds", Long.parseLong(wait));
            status = Json.with(status, "details", details);
        }
        return status.toString();
    }

    // what was read before is still to be had
    private void ended() {
        try {
            lines.put(new Ended());
        } catch (InterruptedException e) {
            over();
        }
    }

    // nobody wants what was read before
    private void over() {
        closed = true;
        lines.clear();
        lines.offer(new Ended());
    }

    @Override
    public int status() {
        return opened.getNow(0);
    }

    @Override
    public String refusal() {
        return refusal;
    }

    @Override
    public Next next(Duration atMost) throws InterruptedException {
        Next next = lines.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (next instanceof Ended) {
            lines.offer(next);
        }
        return next == null ? new Idle() : next;
    }

    @Override
    public void close() {
        closed = true;
        call.cancel();
        interruptReader();
    }

    private synchronized void interruptReader() {
        if (reader != null) {
            reader.interrupt();
        }
    }
}
