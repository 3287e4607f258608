"""CXR-LLaVA itself: a film as pixels in, image tokens, finding scores and drafted words out. The only home of torch."""
