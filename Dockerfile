# The server's image:  docker build -t sluice .      (docs/docker.md tells how it is run)

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY . .
# The checks of format and the tests belong to `mvn verify`.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp package -Pimage -DskipTests -Dexec.skip -pl sfu-bridge-app -am
RUN sfu-bridge-app/bin/layout sfu-bridge-app/target/sluice.jar /layout --layers

FROM eclipse-temurin:25-jre
LABEL org.opencontainers.image.title="Sluice" \
      org.opencontainers.image.description="A WebRTC Selective Forwarding Unit for the JVM" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /opt/sluice
COPY --from=build /layout/dependencies/ ./
COPY --from=build /layout/application/ ./
# Here and not in a stage of its own: the cache is good for this JVM and these files with these times.
RUN ./train && rm -rf /tmp/*
# A number, so that an orchestrator sees that it is not root. Nothing below / needs to be written except /tmp.
USER 10001:10001
# HTTP and signalling; media by UDP, and by TCP where UDP is blocked.
EXPOSE 8080/tcp 10000/udp 10000/tcp
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "@jvm.args", "-XX:AOTCache=sluice.aot", "-jar", "sluice.jar"]
