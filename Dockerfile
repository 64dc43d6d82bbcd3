FROM eclipse-temurin:17-jre
RUN useradd --system --create-home pacesetter
USER pacesetter
WORKDIR /home/pacesetter
COPY target/pacesetter.jar pacesetter.jar
ENV PACESETTER_HTTP_HOST=0.0.0.0
EXPOSE 8080
ENTRYPOINT ["java", "-jar", "pacesetter.jar"]
