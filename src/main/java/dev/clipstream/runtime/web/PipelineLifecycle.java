package dev.clipstream.runtime.web;

import dev.clipstream.runtime.pipeline.Pipeline;
import dev.clipstream.runtime.settings.StartException;
import org.springframework.context.SmartLifecycle;

/// Starts the pipeline, and drains it before the web server stops.
final class PipelineLifecycle implements SmartLifecycle {
    private final Pipeline pipeline;
    private volatile boolean running;

    PipelineLifecycle(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public void start() {
        try {
            pipeline.start();
        } catch (StartException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        running = true;
    }

    @Override
    public void stop() {
        pipeline.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
