// Draws a picture on an invisible canvas and sends back the pixels that the canvas returns.
export default function (component) {
  const { pixels, scale } = component.data;
  const canvas = document.createElement("canvas");
  canvas.width = pixels[0].length * scale;
  canvas.height = pixels.length * scale;
  const pen = canvas.getContext("2d");
  pixels.forEach((row, y) =>
    row.forEach((colour, x) => {
      pen.fillStyle = `rgb(${colour.join(",")})`;
      pen.fillRect(x * scale, y * scale, scale, scale);
    })
  );
  component.setStateValue("picture", canvas.toDataURL("image/png"));
}
