package io.operatorlib.testing;

import io.operatorlib.spi.ApiWatch;

/** A watch that stands before another one, and is asked first what comes next. */
public abstract class ForwardingWatch implements ApiWatch {
    /** The one that it stands before. */
    protected final ApiWatch watch;

    protected ForwardingWatch(ApiWatch watch) {
        this.watch = watch;
    }

    @Override
    public int status() {
        return watch.status();
    }

    @Override
    public String refusal() {
        return watch.refusal();
    }

    @Override
    public void close() {
        watch.close();
    }
}
